"""What operators see of maintenance: the buttons of a window, their forms, and the proof of notice."""
