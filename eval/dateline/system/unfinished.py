"""A run that has not ended: what it has predicted so far, in a file beside its output."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from dateline.documents import Article, InvalidPrediction, Inventory, printable
from dateline.documents.strictjson import loads
from dateline.files import replacing
from dateline.predictions import Prediction, as_prediction, write_predictions


class Unfinished:
    """The predictions of a run, each on file as soon as it is made.

    The file is the output's name with ``.partial``: first a line that says what the predictions
    depend on, then a line an article. Lines are whole or not there, whatever kills the process;
    one that cannot be read is left out, and its article predicted again.
    """

    def __init__(
        self,
        output: Path,
        run: Mapping[str, str],
        articles: Sequence[Article],
        inventory: Inventory,
        *,
        anew: bool = False,
    ) -> None:
        """Open it, with what an earlier run of the same kind has left.

        Args:
            output: The predictions file that there will be.
            run: What predictions depend on, by name. What was made by another is not mixed in.
            articles: All articles to predict.
            inventory: Of the entity labels.
            anew: Leave out what an earlier run has left.

        Raises:
            OSError: it cannot be read or written.
        """
        self.output = output
        self.path = output.with_name(f"{output.name}.partial")
        self.outdated = ""
        """What an earlier run was made with that this one is not, and so nothing of it is kept."""
        self.kept: dict[str, Prediction] = {}
        """Article → its prediction."""
        self._run = dict(run)
        self._articles = articles
        if not anew:
            self._read(inventory)
        self._write()

    def __enter__(self) -> "Unfinished":
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()
        if not self.kept:  # and so there is nothing to resume
            self.path.unlink(missing_ok=True)

    @property
    def left(self) -> list[Article]:
        """The articles that have no prediction."""
        return [article for article in self._articles if article.id not in self.kept]

    def keep(self, prediction: Prediction) -> None:
        """Add a prediction."""
        self.kept[prediction.id] = prediction
        self._file.write(_line(prediction))
        self._file.flush()

    def drop(self, id: str) -> None:
        """Take back the prediction of an article, if there is one."""
        if self.kept.pop(id, None):
            self._file.close()
            self._write()

    def finish(self) -> None:
        """Write the output, which is there whole or as it was before, and delete this file."""
        write_predictions(self.output, [self.kept[article.id] for article in self._articles])
        self._file.close()
        self.path.unlink(missing_ok=True)

    def _read(self, inventory: Inventory) -> None:
        try:
            head, *lines = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return
        made_with = _object(head)
        others = [name for name, value in self._run.items() if made_with.get(name) != value]
        if others:
            self.outdated = ", ".join(
                f"{name} {printable(str(made_with.get(name, 'unknown')))}" for name in others
            )
            return
        known = {article.id: article for article in self._articles}
        for line in lines:
            with suppress(InvalidPrediction):
                prediction = as_prediction(_object(line), known, inventory)
                self.kept[prediction.id] = prediction

    def _write(self) -> None:
        with replacing(self.path) as file:
            file.write(_line(self._run))
            for prediction in self.kept.values():
                file.write(_line(prediction))
        self._file = open(self.path, "ab")  # noqa: SIM115 - closed on exit


def _object(line: bytes) -> dict[str, Any]:
    with suppress(ValueError):
        value = loads(line)
        if isinstance(value, dict):
            return value
    return {}


def _line(value: Any) -> bytes:
    return msgspec.json.encode(value) + b"\n"
