/* Small helps that need a script; every page works without it. */
"use strict";
document.addEventListener("keydown", (event) => {
  const typing = /INPUT|TEXTAREA|SELECT/.test(event.target.tagName);
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" && !typing) {
    const find = document.querySelector("[data-find]");
    if (find) { event.preventDefault(); find.focus(); find.select(); }
    return;
  }
  if (typing) return;
  const list = [...document.querySelectorAll("[data-step]")];
  if (list.length && (event.key === "j" || event.key === "k")) {
    const at = list.findIndex((e) => e.classList.contains("current"));
    const next = Math.min(Math.max(at + (event.key === "j" ? 1 : -1), 0), list.length - 1);
    list.forEach((e) => e.classList.remove("current"));
    list[next].classList.add("current");
    list[next].scrollIntoView({ block: "nearest" });
    event.preventDefault();
  }
  if (event.key === "Enter" || event.key === "y") {
    const current = document.querySelector("[data-step].current");
    const target = current && (current.querySelector("[data-enter]") || current.querySelector("a, button"));
    if (target && document.activeElement === document.body) { event.preventDefault(); target.click(); }
  }
  const keyed = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (keyed) { event.preventDefault(); keyed.click(); }
});
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto]");
  if (form) form.requestSubmit();
});
const zone = document.querySelector(".drop-zone");
if (zone) {
  const input = zone.querySelector("input[type=file]");
  const form = zone.closest("form");
  for (const name of ["dragover", "dragenter"]) zone.addEventListener(name, (e) => { e.preventDefault(); zone.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (e) => { e.preventDefault(); input.files = e.dataTransfer.files; form.requestSubmit(); });
  input.addEventListener("change", () => { if (input.files.length) form.requestSubmit(); });
  form.addEventListener("submit", () => { zone.querySelector("[data-wait]").classList.remove("hidden"); });
}
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("meta[name=csrf]");
  if (token) event.detail.headers["X-CSRFToken"] = token.content;
});
document.addEventListener("submit", (event) => {
  const ask = event.target.dataset && event.target.dataset.ask;
  if (ask && !window.confirm(ask)) event.preventDefault();
});
/* The sum of a statement while it is typed: whole fen, cost (typed, else by the local ratio) taken off, spending and insurance left outside. */
const statement = document.querySelector("form[data-income]");
if (statement) {
  const told = statement.querySelector("[data-income-sum]");
  const fen = (text) => Math.round(Number(text.replaceAll(",", "") || 0) * 100);
  const yuan = (amount) => (amount / 100).toLocaleString("zh-CN", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const add = () => {
    const sums = {};
    const typed = [...statement.querySelectorAll("input[data-kind=cost]")].some((field) => field.value.trim());
    let byRatio = 0;
    for (const field of statement.querySelectorAll("input[data-ratio]")) byRatio += Math.floor((fen(field.value) * field.dataset.ratio) / 100);
    for (const field of statement.querySelectorAll("input[data-kind]")) sums[field.dataset.kind] = (sums[field.dataset.kind] || 0) + fen(field.value);
    for (const place of statement.querySelectorAll("[data-kind-sum]")) place.textContent = sums[place.dataset.kindSum] ? ` ${yuan(sums[place.dataset.kindSum])}` : "";
    const net = sums.wage + sums.business + sums.property + sums.transfer - (typed ? sums.cost : byRatio);
    const heads = statement.querySelectorAll("input[name=member]:checked").length;
    told.textContent = told.dataset.incomeSum.replace("%n", yuan(net)).replace("%h", heads ? yuan(Math.floor((2 * net + heads) / (2 * heads))) : "—");
    told.classList.remove("hidden");
  };
  statement.addEventListener("input", add);
  add();
}
