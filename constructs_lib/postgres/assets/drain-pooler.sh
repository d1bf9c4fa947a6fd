#!/bin/sh
# SIGINT lets queries end and takes no more; SIGTERM would wait for clients that never leave.
sleep 10
kill -INT 1
sleep 40
