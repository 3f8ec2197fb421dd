// Buttons that copy the text of another element. Without this script they stay hidden, and the text can be selected.
for (const button of document.querySelectorAll("[data-copies]")) {
  const source = document.getElementById(button.dataset.copies);
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent.trim());
    button.querySelector("[role=status]").textContent = button.dataset.done;
  });
}
