// After a refusal one stands at the first field to mend, with its error read aloud, however long the page.
document.querySelector("main [aria-invalid=true]")?.focus();
