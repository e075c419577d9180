/** Names that every Rust text has: they lead nowhere in a repository. */
export const builtIn: ReadonlySet<string> = new Set(
  `AsMut AsRef Box Clone Copy Default DoubleEndedIterator Drop Eq Err ExactSizeIterator Extend Fn FnMut FnOnce From
   FromIterator Into IntoIterator Iterator None Ok Option Ord PartialEq PartialOrd Result Send Sized Some String Sync
   ToOwned ToString TryFrom TryInto Unpin Vec bool char drop f32 f64 i128 i16 i32 i64 i8 isize str u128 u16 u32 u64 u8
   usize _`.split(/\s+/),
);

/** Types that stand for their argument: its methods are called on them directly, or after `?` and `unwrap`. */
export const transparent: ReadonlySet<string> = new Set(
  `Arc Box Cow Option Pin Rc Ref RefMut Result MutexGuard`.split(/\s+/),
);

/** Methods of `Option`, `Result` and references that return the value inside. */
export const passing: ReadonlySet<string> = new Set(
  `as_deref as_mut as_ref borrow borrow_mut clone cloned copied expect lock read to_owned unwrap unwrap_or
   unwrap_or_default unwrap_or_else write`.split(/\s+/),
);

/** Methods that `Option`, `Result` and iterators define themselves, so that calls of them do not reach the value inside. */
export const ofWrappers: ReadonlySet<string> = new Set([
  ...passing,
  ...`all and and_then any chain collect count enumerate err filter filter_map flat_map flatten fold for_each get_or_insert
   get_or_insert_with into into_iter is_err is_none is_ok is_some iter iter_mut map map_err map_or map_or_else ok ok_or
   ok_or_else or or_else replace skip take to_string to_vec transpose unwrap_err zip`.split(/\s+/),
]);
