/// The script of a page: sorting, the theme, and filters that add up what is left for the headline table.
///
/// The page is complete without it. The script reads its numbers from the tables, so that each has
/// one copy, and writes texts but never markup.
enum PageScript {
  /// The whole script.
  static let text = common + theme + sorting + RegretCell.script + filtering + closing

  private static let common = #"""

    "use strict";
    (() => {
      const root = document.documentElement;
      const find = (selector, from = document) => [...from.querySelectorAll(selector)];

    """#

  private static let theme = #"""
      // The theme: as the system has it, light or dark.
      const themes = ["auto", "light", "dark"];
      const key = "rangelab-theme";
      const button = document.getElementById("theme");
      let chosen = "auto";
      try { chosen = localStorage.getItem(key) ?? "auto"; } catch { /* Not kept, then. */ }
      const show = (name) => {
        chosen = themes.includes(name) ? name : "auto";
        if (chosen === "auto") root.removeAttribute("data-theme");
        else root.setAttribute("data-theme", chosen);
        button.textContent = `Theme: ${chosen}`;
      };
      button.addEventListener("click", () => {
        show(themes[(themes.indexOf(chosen) + 1) % themes.length]);
        try { localStorage.setItem(key, chosen); } catch { /* Not kept, then. */ }
      });
      show(chosen);
      button.hidden = false;

    """#

  private static let sorting = #"""
      // Sorting: a button in every heading; what has no number stays last.
      const words = new Intl.Collator("en", { numeric: true });
      const measure = (cell) => Number(
        cell.closest(".tensors")?.querySelector(".measures input:checked")?.value ?? 0);
      const number = (cell) => {
        const shown = cell.querySelector("i") ? measure(cell) : 0;
        if (shown === 0 && cell.dataset.v !== undefined) return Number(cell.dataset.v);
        const text = (cell.querySelectorAll("i")[shown] ?? cell).textContent.replace(/[\s\u202f]/g, "");
        if (text === "∞") return Infinity;
        return text === "exact" ? 0 : parseFloat(text.replace("−", "-"));
      };
      const sort = (heading, direction) => {
        const table = heading.closest("table");
        const body = table.tBodies[0];
        const column = heading.cellIndex;
        const isText = heading.dataset.sort === "text";
        const rows = [...body.rows].map((row) => {
          const cell = row.cells[column];
          return { row, key: isText ? cell.textContent : number(cell) };
        });
        const sign = direction === "ascending" ? 1 : -1;
        rows.sort((left, right) => {
          if (isText) return sign * words.compare(left.key, right.key);
          if (Number.isNaN(left.key) || Number.isNaN(right.key)) {
            return Number.isNaN(left.key) - Number.isNaN(right.key);
          }
          return left.key === right.key ? 0 : sign * (left.key < right.key ? -1 : 1);
        });
        for (const other of find("th[aria-sort]", table)) other.removeAttribute("aria-sort");
        heading.setAttribute("aria-sort", direction);
        body.append(...rows.map(({ row }) => row));
      };
      for (const heading of find("table.sortable th[data-sort]")) {
        const button = document.createElement("button");
        button.type = "button";
        button.append(...heading.childNodes);
        heading.append(button);
        button.addEventListener("click", () => {
          const up = heading.getAttribute("aria-sort") === "ascending";
          sort(heading, up ? "descending" : "ascending");
        });
      }

    """#

  private static let closing = #"""
    })();

    """#
}
