"""How a page does by Lighthouse's measure, whether it can be installed, and how it loads where networks are bad."""
