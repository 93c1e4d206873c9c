"""The services under a scheduler, a clock and a database that do what a seed says.

`loop` runs tasks in a drawn order on simulated time; `store` is the services' `Store` on a
real book, with `faults`; `process` has the wallet's processes, which are killed and started;
`payer`, `visitor`, `person`, `shop`, `business` and `updates` are who uses them, `outside` and
`receivers` who hears from them.  `claims`, `watch` and `checks` hold what was acknowledged
against the books.

`python -m tests.simulation --seeds 5000`, and for one of them `--seed 42 --trace`.
"""
