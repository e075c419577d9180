/**
 * Members that values of the language itself and of its standard library have, and functions of C's library. A call of
 * one on something unknown says nothing of a method of the same name, even where the repository has just one.
 */
export const commonMembers = {
  python: setOf(
    `abort absolute accept add addFilter addHandler add_argument add_argument_group add_done_callback add_header
     add_note add_reader add_section add_signal_handler add_subparsers add_writer anchor append appendleft args
     as_bytes as_posix as_string as_uri astimezone at_eof attach attrib backup bind bit_count bit_length buffer
     callHandlers call_at call_later call_soon call_soon_threadsafe callback can_write_eof cancel cancelled
     capitalize casefold cast center chmod choice choices clear close closed combine commit communicate compare
     conjugate connect connect_ex connection copy count create_connection create_function create_future
     create_server create_task critical ctime cursor cwd daemon date day days debug decode defaults deleter
     denominator description detach difference difference_update discard done drain drive dst dup elements empty
     encode encoding end endpos endswith enter_context error errors exception execute executemany executescript
     exists exit extend extendleft family fatal fdel feed_data feed_eof fetchall fetchmany fetchone fget fileno
     filter find findCaller findall finditer flags flush fold format format_help format_map from_bytes from_float
     fromhex fromisoformat fromkeys fromtimestamp fset full fullmatch gauss get getChild getEffectiveLevel
     getName get_all get_coro get_default get_extra_info get_filename get_loop get_name get_nowait get_param
     getaddrinfo getblocking getboolean getbuffer getfloat getint getnameinfo getpeername getroot getsockname
     getsockopt getstate getter gettimeout getvalue glob group groupdict groupindex groups handle hasHandlers
     has_option has_section hex home hour ident imag index indices info insert intersection intersection_update
     isDaemon isEnabledFor isSet is_absolute is_alive is_closed is_closing is_dir is_file is_finite is_infinite
     is_integer is_multipart is_nan is_reading is_relative_to is_reserved is_running isalnum isalpha isascii
     isatty isdecimal isdigit isdisjoint isidentifier islower isnumeric isoformat isoweekday isprintable isspace
     issubset issuperset istitle isupper items iter iterdir join joinpath keys kill lastgroup lastindex
     line_buffering listen ljust log lower lstat lstrip makeRecord makefile maketrans manager map match max
     maxlen maxsize microsecond microseconds min minute mkdir mode month most_common move_to_end mro name
     newlines normalize notify notifyAll notify_all now numerator obj open options owner parent parents parse
     parse_args parse_known_args partition parts pattern pause_reading peek poll pop pop_all popitem popleft pos
     print_help proto push put put_nowait qsize randint random randrange raw raw_items re read read1 read_bytes
     read_dict read_file read_string read_text readable readexactly readinto readinto1 readline readlines
     readlink readuntil real reconfigure recv recv_into register regs relative_to release remove removeFilter
     removeHandler remove_done_callback remove_option remove_reader remove_section remove_signal_handler
     remove_writer removeprefix removesuffix rename replace replace_header resolution resolve result
     resume_reading reverse rfind rglob rindex rjust rmdir rollback root rpartition rsplit rstrip run run_forever
     run_in_executor run_until_complete running samefile sample scanner search second seconds sections seed seek
     seekable send send_signal sendall sendfile sendto set setDaemon setLevel setName set_debug set_default_type
     set_defaults set_exception set_exception_handler set_name set_param set_result setblocking setdefault
     setsockopt setstate setter settimeout shape shuffle shutdown sort span split splitlines sqrt start start_tls
     startswith stat stem step stop strftime string strip strptime sub submit subn subtract suffix suffixes
     swapcase symmetric_difference symmetric_difference_update tag tail task_done tell terminate text throw time
     timeout timestamp timetuple title to_bytes tobytes today tolist toreadonly total total_seconds touch
     translate transport triangular truncate type tzinfo tzname uniform union unlink update upper
     utcfromtimestamp utcnow utcoffset values wait wait_closed wait_for walk warn warning weekday with_name
     with_stem with_suffix with_traceback writable write write_bytes write_eof write_text write_through
     writelines year zfill`,
  ),
  ecmascript: setOf(
    `abort add addEventListener addListener all any append appendChild apply arrayBuffer assign at bind blob blur
     bytes call catch charAt charCodeAt clear click clone cloneNode close closest codePointAt concat connect
     constructor contains copy cork create debug decode delete deref destroy difference dispatchEvent drop emit
     encode end endsWith entries equals error every exec fill filter finally find findIndex findLast
     findLastIndex flat flatMap flush focus forEach formData get getAll getAttribute getDate getDay getFullYear
     getHeader getHeaders getHours getMinutes getMonth getReader getSeconds getTime getWriter has hasHeader
     hasOwnProperty includes indexOf info insertBefore intersection isArray isDirectory isFile isPaused
     isSymbolicLink join json keys lastIndexOf listen listenerCount listeners localeCompare log map match
     matchAll matches max min next normalize now off on once open padEnd padStart parse pause pipe pipeThrough
     pipeTo pop prependListener preventDefault push querySelector querySelectorAll race read reduce reduceRight
     ref reject remove removeAllListeners removeAttribute removeChild removeEventListener removeHeader
     removeListener repeat replace replaceAll resolve resume return reverse search send set setAttribute
     setEncoding setHeader setTime setTimeout shift slice some sort splice split start startsWith stop
     stopPropagation stringify subarray substr substring tee test text then throw throwIfAborted toArray toBe
     toEqual toFixed toISOString toJSON toLocaleString toLowerCase toReversed toSorted toSpliced toString
     toUpperCase trace trim trimEnd trimStart uncork union unpipe unref unshift update use value valueOf values
     warn with write writeHead`,
  ),
  ruby: setOf(
    `all any append call capitalize chars chomp chop chunk_while class clear clone close collect compact concat
     count cycle dc define_method delete delete_at delete_if dig downcase drop dup each each_key each_line
     each_pair each_slice each_value each_with_index each_with_object empty encode encoding end_with entries eql
     equal extend fetch fetch_values fill filter filter_map find find_all find_index first flat_map flatten
     force_encoding format freeze frozen getc gets group_by gsub has_key hash hex include index inject insert
     inspect instance_eval instance_exec instance_variable_get instance_variable_set intern is_a join keep_if key
     keys kill kind_of last length lines ljust lstrip map match max max_by members merge message method min
     min_by name new next nil none object_id open ord pack partition pop prepend print public_send push puts
     raise rand read readline readlines reduce reject replace respond_to reverse reverse_each rewind rjust rotate
     round rstrip run sample scan seek select send set shift shuffle size slice sort sort_by split squeeze start
     start_with step store strip sub succ sum sync synchronize take tap then times to_a to_f to_h to_i to_json
     to_proc to_s to_str to_sym tr transform_keys transform_values transpose trim uniq unpack unshift upcase
     update upto value values values_at wait write yield zip`,
  ),
  cfamily: setOf(
    `abort abs accept access append assert assign at atexit atof atoi atol back begin bind bsearch c_str calloc
     capacity cbegin cend clear close compare connect contains copy count data emplace emplace_back empty end
     erase errno exchange execve exit exp fabs fail fclose feof ferror fflush fgetc fgets fileno fill find first
     flush fopen fork forward fprintf fputc fputs fread free freopen front fscanf fseek fstat ftell fwrite get
     getc getchar getenv getline getpid gets gettimeofday gmtime good insert ioctl isalnum isalpha isdigit isinf
     islower isnan isprint isspace isupper join kill labs length listen load localtime lock log longjmp lseek
     make_pair make_shared make_tuple make_unique malloc memchr memcmp memcpy memmove memset merge mkdir mktime
     mmap move munmap notify_all notify_one open perror pipe poll pop pop_back pop_front pow printf push
     push_back push_front putc putchar puts qsort rand random rbegin read realloc recv release remove rename rend
     replace reserve reset resize rewind rfind rmdir scanf second seekg seekp select send setenv setjmp setvbuf
     shutdown signal size sleep snprintf socket sort splice sprintf sqrt srand sscanf stat stderr stdin stdout
     store str strcasecmp strcat strchr strcmp strcpy strcspn strdup strerror strftime strlen strncasecmp strncat
     strncmp strncpy strpbrk strrchr strspn strstr strtod strtok strtol strtoul strtoull substr swap system tellg
     time to_string tolower top toupper ungetc unlink unlock usleep value vfprintf vprintf vsnprintf vsprintf
     wait waitpid what write`,
  ),
} as const;

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/));
}
