extension PageScript {
  /// Filters hide rows, columns and tensors, and add up what is left for the headline table.
  static let filtering = #"""
      // A mean as the page prints it, by its logarithm.
      const percent = (log) => {
        const value = 100 * Math.expm1(log);
        if (value < form.least) return log > form.tie ? "<0.1 %" : "0 %";
        const [, digits] = form.decimals.find(([below]) => value < below) ?? [];
        if (digits !== undefined) return `${grouped(value.toFixed(digits))} %`;
        const [start, power] = value.toExponential(1).split("e+");
        return `${start}·10${[...power].map((digit) => form.raised[digit]).join("")} %`;
      };
      const grouped = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");
      const shade = (log) => {
        const index = form.shades.findIndex((end) => log < end);
        return `s${index < 0 ? form.shades.length : index}`;
      };
      const same = (left, right) => Math.abs(left - right) <= form.tie;

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
            cells: [...row.cells].flatMap((cell, index) => {
              if (!cell.querySelector("i")) return [];
              const { v, c } = cell.dataset;
              return [{
                column: heads[index].dataset.col,
                b: heads[index].dataset.b ?? row.dataset.b,
                cells: 1, count: v === undefined ? 0 : 1, sum: Number(v ?? 0), worst: Number(v ?? 0),
                errors: c === undefined ? 0 : 1, clipping: Number(c ?? 0),
              }];
            }),
          }));
          return { drawer, table, heads, rows, t: drawer.dataset.t };
        });
        // Where tensors are left out, the headline table brings its sums along; else every cell is one.
        const isFolded = lines.some(({ row }) => row.dataset.sums !== undefined);
        const groups = isFolded
          ? lines.flatMap(({ row, name }) => JSON.parse(row.dataset.sums).map(
            ([b, f, g, column, cells, count, sum, worst, errors, clipping]) =>
              ({ e: name, b, f, g, column, cells, count, sum, worst, errors, clipping })))
          : drawers.flatMap(({ t, rows }) => rows.flatMap(({ e, f, g, cells }) =>
            cells.map((cell) => ({ ...cell, t, e, f, g }))));
        const total = groups.reduce((sum, group) => sum + group.cells, 0);
        const isHeldOut = !columns.includes("whole");
        const axisOf = (box) => box.closest("fieldset").dataset.axis;

        // What every estimator has in the cells that are left: logarithms of ratios by column, clipping.
        const gather = (wanted) => {
          const found = new Map(lines.map(({ name }) =>
            [name, { parts: {}, errors: 0, clipping: 0, cells: 0 }]));
          let cells = 0;
          for (const group of groups) {
            // Sums have no tensor, so none is left out of them.
            if (!["t", "e", "f", "g", "b"].every((axis) => wanted(axis, group[axis]))) continue;
            const line = found.get(group.e);
            const add = (column) => {
              if (group.count === 0) return;
              const part = (line.parts[column] ??= { count: 0, sum: 0, worst: -Infinity });
              part.count += group.count;
              part.sum += group.sum;
              part.worst = Math.max(part.worst, group.worst);
            };
            cells += group.cells;
            add(group.column);
            if (isHeldOut && group.column === "all") continue;
            line.errors += group.errors;
            line.clipping += group.clipping;
            line.cells += group.count;
            add("whole");
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
              const part = found.get(name).parts[column];
              return {
                cell: row.cells[index], name, count: part?.count ?? 0,
                log: part && part.sum / part.count,
              };
            });
            const most = Math.max(...scores.map(({ count }) => count));
            const ranks = scores.filter(({ count }) => count === most).map(({ log }) => log)
              .sort((left, right) => left - right)
              .filter((log, index, all) => index === 0 || !same(all[index - 1], log));
            for (const { cell, name, count, log } of scores) {
              const line = found.get(name);
              if (column === "cells") write(cell, grouped(line.cells), "", line.cells);
              else if (column === "clipping") {
                write(cell, line.errors ? `${(line.clipping / line.errors).toFixed(0)} %` : "–");
              } else if (column === "worst") {
                const worst = line.parts.whole?.worst;
                if (worst === undefined) write(cell, "–");
                else write(cell, percent(worst), shade(worst), worst);
              } else if (log === undefined) write(cell, "–");
              else {
                const place = count === most ? ranks.findIndex((other) => same(other, log)) : -1;
                const mark = place === 0 ? " best" : place === 1 ? " second" : "";
                write(cell, percent(log), shade(log) + mark, log);
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
            const axis = axisOf(box);
            if (!out.has(axis)) out.set(axis, new Set());
            if (!box.checked) out.get(axis).add(box.value);
          }
          const wanted = (axis, value) => axis === "e"
            ? value.toLowerCase().includes(text) : !(out.get(axis)?.has(value));
          const isWhole = text === "" && boxes.every((box) => box.checked);
          const { found, cells } = gather(wanted);
          const narrowed = boxes.some((box) => !box.checked && !(isFolded && axisOf(box) === "t"));
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
            const mine = boxes.filter((box) => axisOf(box) === "t");
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
