/*
 * agent_tracker: built from the files in the order of sql/ORDER; edit
 * those, not this file.
 */

-- complain if script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION agent_tracker" to load this file. \quit

