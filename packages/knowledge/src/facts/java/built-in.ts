/** Types of `java.lang`, which every Java text has: they lead nowhere in a repository. */
export const builtIn: ReadonlySet<string> = new Set(
  `AbstractMethodError Appendable ArithmeticException ArrayIndexOutOfBoundsException AssertionError AutoCloseable Boolean
   Byte CharSequence Character Class ClassCastException ClassLoader ClassNotFoundException CloneNotSupportedException
   Cloneable Comparable Deprecated Double Enum Error Exception Float FunctionalInterface IllegalAccessException
   IllegalArgumentException IllegalStateException IndexOutOfBoundsException InstantiationException Integer
   InterruptedException Iterable Long Math NoSuchFieldException NoSuchMethodException NullPointerException Number
   NumberFormatException Object OutOfMemoryError Override Package Process ProcessBuilder Readable Record
   ReflectiveOperationException Runnable Runtime RuntimeException SafeVarargs SecurityException Short StackOverflowError
   StackTraceElement StrictMath String StringBuffer StringBuilder StringIndexOutOfBoundsException SuppressWarnings System
   Thread ThreadLocal Throwable UnsupportedOperationException Void var`.split(/\s+/),
);
