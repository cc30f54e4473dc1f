extension PageScript {
  /// Filters hide rows, columns and tensors, and average what is left for the headline table.
  static let filtering = #"""
      // Numbers as the page prints them.
      const percent = (ratio) => {
        const value = 100 * (ratio - 1);
        if (value < 0.05) return ratio - 1 > 1e-6 ? "<0.1 %" : "0 %";
        if (value < 9.95) return `${value.toFixed(1)} %`;
        if (value < 99999.5) return `${grouped(value.toFixed(0))} %`;
        const [digits, power] = value.toExponential(1).split("e+");
        return `${digits}·10${[...power].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("")} %`;
      };
      const grouped = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");
      const shade = (ratio) => {
        const index = [1.005, 1.05, 1.25, 2, 5].findIndex((end) => ratio < end);
        return `s${index < 0 ? 5 : index}`;
      };
      const same = (left, right) => Math.abs(left / right - 1) <= 1e-6;
      const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

      for (const part of find("[data-experiment]")) {
        const controls = part.querySelector(".filters");
        const headline = part.querySelector("table.headline");
        if (!controls || !headline) continue;
        const boxes = find("input[type=checkbox]", controls);
        const query = controls.querySelector("input[type=search]");
        const status = controls.querySelector("[role=status]");
        const reset = controls.querySelector(".reset");
        const columns = [...headline.tHead.rows[0].cells].map((cell) => cell.dataset.col);
        const lines = [...headline.tBodies[0].rows].map((row) => ({
          row,
          name: row.dataset.e,
          before: [...row.cells].map((cell) => [cell.textContent, cell.className, cell.dataset.v]),
        }));
        const drawers = find("details.tensor", part).map((drawer) => {
          const table = drawer.querySelector("table.cells");
          const heads = [...table.tHead.rows[0].cells];
          const rows = [...table.tBodies[0].rows].map((row) => ({
            row,
            e: row.dataset.e, f: row.dataset.f, g: row.dataset.g, b: row.dataset.b,
            cells: [...row.cells].flatMap((cell, index) => cell.querySelector("i") ? [{
              column: heads[index].dataset.col,
              b: heads[index].dataset.b ?? row.dataset.b,
              log: cell.dataset.v === undefined ? null : Math.log1p(Number(cell.dataset.v)),
              clipping: parseFloat(cell.children[2].textContent),
              hasError: parseFloat(cell.children[3].textContent) > 0,
            }] : []),
          }));
          return { drawer, table, heads, rows, t: drawer.dataset.t };
        });
        const total = drawers.flatMap(({ rows }) => rows).reduce((sum, row) => sum + row.cells.length, 0);
        const isHeldOut = !columns.includes("whole");

        // What every estimator has in the cells that are left: logarithms by column, clipping shares.
        const gather = (wanted) => {
          const found = new Map(lines.map(({ name }) => [name, { logs: {}, clipping: [], cells: 0 }]));
          let cells = 0;
          for (const drawer of drawers) {
            if (!wanted("t", drawer.t)) continue;
            for (const row of drawer.rows) {
              if (!wanted("e", row.e) || !wanted("f", row.f) || !wanted("g", row.g)) continue;
              const line = found.get(row.e);
              for (const cell of row.cells) {
                if (!wanted("b", cell.b)) continue;
                cells += 1;
                if (isHeldOut && cell.column === "all") {
                  if (cell.log !== null) (line.logs.all ??= []).push(cell.log);
                  continue;
                }
                if (cell.hasError) line.clipping.push(cell.clipping);
                if (cell.log === null) continue;
                line.cells += 1;
                (line.logs[cell.column] ??= []).push(cell.log);
                (line.logs.whole ??= []).push(cell.log);
              }
            }
          }
          return { found, cells };
        };

        const write = (cell, text, style, value) => {
          cell.textContent = text;
          cell.className = style ?? "";
          if (value === undefined) delete cell.dataset.v; else cell.dataset.v = value;
        };
        const fill = (found) => {
          columns.forEach((column, index) => {
            if (index === 0) return;
            const scores = lines.map(({ row, name }) => {
              const logs = found.get(name).logs[column];
              return { cell: row.cells[index], name, count: logs?.length ?? 0, ratio: logs && Math.exp(mean(logs)) };
            });
            const most = Math.max(...scores.map(({ count }) => count));
            const ranks = scores.filter(({ count }) => count === most).map(({ ratio }) => ratio)
              .sort((left, right) => left - right)
              .filter((ratio, index, all) => index === 0 || !same(all[index - 1], ratio));
            for (const { cell, name, count, ratio } of scores) {
              const line = found.get(name);
              const whole = line.logs.whole ?? [];
              if (column === "cells") write(cell, grouped(line.cells), "", line.cells);
              else if (column === "clipping") {
                write(cell, line.clipping.length ? `${mean(line.clipping).toFixed(0)} %` : "–");
              } else if (column === "worst") {
                const worst = Math.exp(Math.max(...whole));
                if (whole.length) write(cell, percent(worst), shade(worst), worst - 1); else write(cell, "–");
              } else if (ratio === undefined) write(cell, "–");
              else {
                const place = count === most ? ranks.findIndex((other) => same(other, ratio)) : -1;
                const mark = place === 0 ? " best" : place === 1 ? " second" : "";
                write(cell, percent(ratio), shade(ratio) + mark, ratio - 1);
              }
            }
          });
        };
        const restore = () => {
          for (const { row, before } of lines) {
            before.forEach(([text, style, value], index) => {
              if (index > 0) write(row.cells[index], text, style, value);
            });
          }
        };

        const update = () => {
          const text = query.value.trim().toLowerCase();
          const out = new Map();
          for (const box of boxes) {
            const axis = box.closest("fieldset").dataset.axis;
            if (!out.has(axis)) out.set(axis, new Set());
            if (!box.checked) out.get(axis).add(box.value);
          }
          const wanted = (axis, value) => axis === "e"
            ? value.toLowerCase().includes(text) : !(out.get(axis)?.has(value));
          const isWhole = text === "" && boxes.every((box) => box.checked);
          const { found, cells } = gather(wanted);
          const narrowed = boxes.some((box) => !box.checked);
          if (narrowed) fill(found); else restore();
          for (const { row, name } of lines) row.hidden = !wanted("e", name);
          find("th, td", headline).forEach((cell) => {
            const match = /^b(\d+)$/.exec(cell.dataset.col ?? "");
            if (match) cell.hidden = !wanted("b", match[1]);
          });
          for (const { drawer, heads, rows, t } of drawers) {
            drawer.hidden = !wanted("t", t);
            const gone = heads.map((head) => head.dataset.b !== undefined && !wanted("b", head.dataset.b));
            heads.forEach((head, index) => { head.hidden = gone[index]; });
            for (const { row, e, f, g, b } of rows) {
              row.hidden = !(wanted("e", e) && wanted("f", f) && wanted("g", g) && wanted("b", b));
              gone.forEach((isGone, index) => { row.cells[index].hidden = isGone; });
            }
          }
          const names = lines.filter(({ row }) => !row.hidden).length;
          status.textContent = isWhole ? ""
            : `${names} of ${lines.length} estimators, ${grouped(cells)} of ${grouped(total)} cells`;
          reset.disabled = isWhole;
          const picked = controls.querySelector(".picked");
          if (picked) {
            const mine = boxes.filter((box) => box.closest("fieldset").dataset.axis === "t");
            const count = mine.filter((box) => box.checked).length;
            picked.textContent = count === mine.length ? `all ${count}` : `${count} of ${mine.length}`;
          }
          const sorted = headline.querySelector("th[aria-sort]");
          if (sorted) sort(sorted, sorted.getAttribute("aria-sort"));
        };
        for (const box of boxes) box.addEventListener("change", update);
        query.addEventListener("input", update);
        reset.addEventListener("click", () => {
          query.value = "";
          for (const box of boxes) box.checked = true;
          update();
          query.focus();
        });
        controls.hidden = false;
        // A page that was left and comes back may have kept what was typed.
        update();
      }

    """#
}
