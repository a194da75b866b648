"""The look and the words of every page: parts, charts, formats, layouts, language, theme, security policy."""
