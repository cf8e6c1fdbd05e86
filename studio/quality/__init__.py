"""Quality beside emotion: is what was made clean, understood, in step and whole, whatever feeling it carries."""
