(function () {
  "use strict";
  var table = document.getElementById("table"), tools = document.getElementById("tools"), unfold = document.getElementById("unfold");
  var all = function (where, what) { return Array.prototype.slice.call(where.querySelectorAll(what)); };
  var compare = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;
  var said = function (cell) { return (cell.textContent || "").replace(/\s+/g, " ").trim(); };

  function sortable(head, column) {
    var button = document.createElement("button"), words = said(head);
    button.type = "button";
    button.textContent = words;
    button.title = table.dataset.sort.replace("{column}", words);
    head.textContent = "";
    head.dataset.title = words;
    head.appendChild(button);
    button.addEventListener("click", function () {
      var down = head.getAttribute("aria-sort") === "ascending";
      all(table, "th[aria-sort]").forEach(function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      var key = function (row) { var cell = row.cells[column]; return cell.dataset.v || said(cell); };
      Array.prototype.forEach.call(table.tBodies, function (group) {
        var rows = all(group, "tr:not(.group)").map(function (row) { return [key(row), row]; });
        rows.sort(function (a, b) { return (down ? -1 : 1) * compare(a[0], b[0]); });
        rows.forEach(function (pair) { group.appendChild(pair[1]); });
      });
    });
  }

  function filtering() {
    var find = document.getElementById("find"), shown = document.getElementById("shown");
    var plain = function (words) { return words.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, ""); };
    var rows = all(table, "tbody tr:not(.group)").map(function (row) { return [row, plain(said(row))]; });
    var total = rows.length;
    function filter() {
      var words = plain(find.value).split(/\s+/), wanted = all(tools, "input:checked").map(function (box) { return box.value; }), count = 0;
      rows.forEach(function (pair) {
        var kept = wanted.indexOf(pair[0].dataset.verdict) >= 0 && words.every(function (word) { return pair[1].indexOf(word) >= 0; });
        pair[0].hidden = !kept;
        if (kept) { count += 1; }
      });
      all(table, "tbody").forEach(function (group) { group.hidden = !group.querySelector("tr:not(.group):not([hidden])"); });
      shown.textContent = count === total ? shown.dataset.all : shown.dataset.some.replace("{shown}", count);
    }
    tools.hidden = false;
    tools.addEventListener("submit", function (event) { event.preventDefault(); });
    tools.addEventListener("input", filter);
    filter();
  }

  function unfolding() {
    unfold.hidden = false;
    unfold.addEventListener("click", function (event) {
      if (event.target.tagName === "BUTTON") {
        all(document, "#proofs details").forEach(function (one) { one.open = Boolean(event.target.dataset.open); });
      }
    });
  }

  function reveal() {
    var aim = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    for (var up = aim; up; up = up.parentElement) { if (up.tagName === "DETAILS") { up.open = true; } }
    if (aim && aim.className === "body") { aim.parentElement.scrollIntoView(); }
  }

  function cell(words) {
    var safe = /^[=+\-@\t\r]/.test(words) && isNaN(Number(words)) ? "'" + words : words;
    return '"' + safe.replace(/"/g, '""') + '"';
  }

  function exported(it) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "csv";
    button.textContent = "CSV";
    button.setAttribute("aria-label", "CSV: " + said(it.caption || it));
    button.addEventListener("click", function () {
      var lines = all(it, "tr").filter(function (row) { return !row.hidden && row.className !== "group"; }).map(function (row) {
        return Array.prototype.map.call(row.cells, function (one) { return cell(said(one)); }).join(";");
      });
      var link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob(["\ufeff" + lines.join("\r\n") + "\r\n"], { type: "text/csv" }));
      link.download = "egide-" + it.dataset.csv + ".csv";
      link.click();
    });
    var wide = it.closest(".wide");
    if (wide) { wide.appendChild(button); } else { it.parentNode.insertBefore(button, it.nextSibling); }
  }

  if (table) {
    all(table, "thead th").forEach(sortable);
    filtering();
    unfolding();
  }
  all(document, "table[data-csv]").forEach(exported);
  window.addEventListener("hashchange", reveal);
  reveal();
})();
