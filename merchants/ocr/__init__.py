"""Reading business licences: from pixels to fields. No models, no database."""
