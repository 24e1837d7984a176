"""Claims of the kind `chance`: an event holds with at least a stated probability over random matrices.

`claim` says what is claimed, `settings` where it is tested, `experiments` what is drawn there, `counting` draws and
calls the events, `binomial` turns counts into exact confidence, `testing` is the rung, `certificate` and `checking`
make and check its certificates.
"""
