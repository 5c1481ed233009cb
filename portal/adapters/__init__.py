"""The world outside, each part of it behind a small class: documents, scanner, images, post, letters."""
