"""The form of a policy, made from its type. A form is a tree of `raw` values, what stands in the inputs:

body → `raw_of` → page → `read` → raw → `parse` → body, with errors by place. Rows are added, removed and moved on the
raw tree (`change_rows`), so that what was typed is never lost, valid or not.
"""
