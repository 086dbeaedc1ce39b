"""Links rows of any sheet to registered persons by the linking standard (D1–D3). Never a guess between equals."""
