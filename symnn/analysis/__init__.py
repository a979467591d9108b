"""The analyser: shapes, parameters, operations and memory, read off the equations as written."""
