"""How Django itself writes dates, in lists and forms of the console; our pages use shopops.ui.formats."""
