// Names a new relation by a key, and shows the arrows of the region that is selected.
//
// Label Studio has no keys for the names of relations, and takes no attribute of <Relation> but its
// value. So the keys stand in the labelling configuration, and are read from there:
//   from    the control of the region that a relation of this name starts at
//   hotkey  names a new relation that starts there; Escape takes the relation away again
//   and     a name that it may have as well
"use strict";
(() => {
  const bar = document.createElement("div");
  bar.id = "relation-names";
  bar.style.cssText = `position: fixed; top: 100px; left: 50%; transform: translateX(-50%);
    z-index: 1000; padding: 10px 16px; border-radius: 8px; background: #262626; color: #fff;
    font: 14px sans-serif; box-shadow: 0 4px 16px rgb(0 0 0 / 40%); white-space: nowrap;`;
  const arrows = document.createElement("style");

  let relation = null; // the one that is being named
  let offered = []; // its names: {value, hotkey, and}

  const annotation = () => window.Htx?.annotationStore?.selected;
  const relations = () => [...(annotation()?.relationStore.relations ?? [])];

  function names(start) {
    const config = new DOMParser().parseFromString(window.Htx.config, "text/xml");
    return [...config.querySelectorAll("Relation[hotkey]")]
      .map((tag) => Object.fromEntries([...tag.attributes].map((a) => [a.name, a.value])))
      .filter((name) => name.from === start.labeling?.from_name.name);
  }

  function close() {
    relation = null;
    bar.remove();
  }

  function offer(some) {
    offered = some;
    const given = relation.labels ?? [];
    const keys = offered.map((name) => [name.hotkey.toUpperCase(), name.value]);
    const said = [...keys, ["Esc", given.length ? "done" : "remove"]].flatMap(([key, meaning]) => {
      const bold = document.createElement("b");
      bold.textContent = key;
      return [bold, ` ${meaning}\u2002\u2002`];
    });
    const first = given.length ? `${given.join(", ")}, and ` : "";
    bar.replaceChildren(keys.length ? first : "no relation starts here\u2002\u2002", ...said);
    document.body.append(bar);
  }

  function look() {
    const nameless = relations().filter((one) => !one.labels?.length).at(-1);
    if (nameless && nameless !== relation && annotation().editable) {
      relation = nameless;
      offer(names(relation.node1));
    } else if (relation && !relations().includes(relation)) close();
    const shown = relations().filter((one) => one.node1.selected || one.node2.selected);
    const some = `.relations-overlay :is(${shown.map((one) => `[id="${one.id}"]`).join()})`;
    arrows.textContent = shown.length
      ? `${some} path { opacity: 1 !important; } ${some} g { display: inline !important; }`
      : "";
    document.head.append(arrows);
  }

  function key(event) {
    look();
    const writing = event.target.closest?.("input, textarea, [contenteditable=true]");
    if (!relation || writing || event.ctrlKey || event.altKey || event.metaKey) return;
    const name = offered.find((one) => one.hotkey === event.key.toLowerCase());
    const nameless = !relation.labels?.length;
    if (name) {
      relation.setRelations([...(relation.labels ?? []), name.value]);
      const more = names(relation.node1).filter((one) => nameless && one.value === name.and);
      if (more.length && relation.node2.labeling?.from_name.name === "entity") offer(more);
      else close();
    } else if (event.key === "Escape") {
      if (nameless) annotation().relationStore.deleteRelation(relation);
      close();
    } else {
      if (!nameless) close();
      return; // any other key is Label Studio's
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  addEventListener("keydown", key, true);
  addEventListener("mousedown", () => relation?.labels?.length && close(), true);
  for (const sort of ["click", "keyup"]) addEventListener(sort, () => setTimeout(look), true);
})();
