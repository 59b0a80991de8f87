# states.awk
#	Writes a part of the install script (sql/*/*.sql.in), in which what is the
#	same for every state of an aggregate stands in short:
#
#		@state TYPE[, what the text {} is]
#		@ what it is
#
#	becomes a type with its input and output;
#
#		@figure NAME(STATE, ARGUMENT, ...) RESULT [C FUNCTION]
#		@ what it is
#
#	becomes a function of the state, a final function, and aggregates over values
#	with the first none, one, ... of the arguments.  All have their comments.
#	Other lines stay as they are.

BEGIN {
	default_of["periods_per_year"] = 252
	default_of["risk_free_annual"] = 0
	default_of["mar_annual"] = 0
	default_of["share"] = 0.05

	# the name of the argument that is the state, and the types of its values
	called["at_moments"] = "moments"
	values["at_moments"] = "float8"
	called["at_sample"] = "sample"
	values["at_sample"] = "float8"
	called["at_series"] = "series"
	values["at_series"] = "float8, timestamptz"
	called["at_pairs"] = "pairs"
	values["at_pairs"] = "float8, float8"
}

function fail(what)
{
	print FILENAME ":" FNR ": " what > "/dev/stderr"
	failed = 1
	exit 1
}

# Write a function of a state's type.
function write_io(suffix, argument_type, returned, what)
{
	print "CREATE FUNCTION _" state "_" suffix "(" argument_type ") RETURNS " returned
	print "AS 'MODULE_PATHNAME', '" state "_" suffix "' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;"
	print "COMMENT ON FUNCTION _" state "_" suffix "(" argument_type ") IS '" what "';"
}

# Write the type of a state.
function write_state(comment)
{
	print "CREATE TYPE " state ";\n"
	write_io("in", "cstring", state, "input of " state ": a JSON object, as its output prints it" empty "; raises 22P02")
	write_io("out", state, "cstring", "output of " state ": a JSON object with the format''s version (v); numbers read back the same")
	write_io("recv", "internal", state, "binary input of " state ", checked; raises 22P03")
	write_io("send", state, "bytea", "binary output of " state)
	print "\nCREATE TYPE " state " ("
	print "\tINPUT = _" state "_in,"
	print "\tOUTPUT = _" state "_out,"
	print "\tRECEIVE = _" state "_recv,"
	print "\tSEND = _" state "_send,"
	print "\tINTERNALLENGTH = VARIABLE,"
	print "\tALIGNMENT = double,"
	print "\tSTORAGE = extended,"
	print "\tCATEGORY = 'U'"
	print ");"
	print "COMMENT ON TYPE " state " IS '" comment "';"
}

# Write a function over the state.
function write_function(name, arguments, types, symbol, traits, comment)
{
	print "CREATE FUNCTION " name "(" arguments ") RETURNS " result
	print "AS 'MODULE_PATHNAME'" (symbol == name ? "" : ", '" symbol "'") " LANGUAGE C IMMUTABLE" traits " PARALLEL SAFE;"
	print "COMMENT ON FUNCTION " name "(" types ") IS '" comment "';"
}

# Write the aggregate that takes the first n arguments.
function write_aggregate(n,	i, types, further)
{
	types = values[state]
	for (i = 1; i <= n; i++) {
		types = types ", float8"
		further = further (i == 1 ? "; further arguments: " : ", ") argument[i]
	}
	print "CREATE AGGREGATE " figure "(" types ") ("
	print "\tSFUNC = _" state "_add,"
	print "\tSTYPE = " state ","
	print "\tINITCOND = '{}',"
	print "\tFINALFUNC = _" figure "_final,"
	print "\tCOMBINEFUNC = _" state "_merge,"
	print "\tPARALLEL = SAFE"
	print ");"
	print "COMMENT ON AGGREGATE " figure "(" types ") IS '" comment further "';"
}

# Write all that is of a figure.
function write_figure(comment,	i, n, arguments, types)
{
	arguments = called[state] " " state
	types = state
	for (i = 1; i <= n_arguments; i++) {
		arguments = arguments ", " argument[i] " float8 DEFAULT " default_of[argument[i]]
		types = types ", float8"
	}
	write_function(figure, arguments, types, symbol, n_arguments == 0 ? " STRICT" : "", comment)
	write_function("_" figure "_final", state, state, symbol, " STRICT", "final function of the aggregates " figure)
	for (n = 0; n <= n_arguments; n++)
		write_aggregate(n)
}

/^@figure / {
	if (!match($0, /\(.*\) /))
		fail("a figure is NAME(STATE, ...) RESULT")
	figure = substr($0, 9, RSTART - 9)
	n_words = split(substr($0, RSTART + RLENGTH), words, " ")
	result = words[1]
	symbol = n_words > 1 ? words[2] : figure
	n_arguments = split(substr($0, RSTART + 1, RLENGTH - 3), argument, ", ") - 1
	state = argument[1]
	for (i = 1; i <= n_arguments; i++) {
		argument[i] = argument[i + 1]
		if (!(argument[i] in default_of))
			fail("no default of " argument[i])
	}
	if (!(state in called))
		fail("no state " state)
	next
}

/^@state / {
	figure = ""
	state = $2
	sub(/,$/, "", state)
	empty = substr($0, 8 + length(state))
	next
}

/^@ / {
	comment = substr($0, 3)
	if (figure == "")
		write_state(comment)
	else
		write_figure(comment)
	next
}

{ print }

END {
	if (failed)
		exit 1
}
