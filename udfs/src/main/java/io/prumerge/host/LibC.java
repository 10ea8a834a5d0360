package io.prumerge.host;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;

/** The few functions of the C library that Java does not offer. */
public interface LibC extends Library {

  /**
   * Returns the C library of this process. Before glibc 2.34 {@code dlopen} is in a library of its
   * own, which every JVM has loaded.
   */
  static LibC load() {
    return Native.load(LibC.class);
  }

  int setenv(String name, String value, int overwrite);

  /** Sets an option of glibc's {@code malloc}; it is in no other C library. */
  int mallopt(int option, int value);

  int open(String path, int flags);

  int posix_fadvise(int fd, NativeLong offset, NativeLong length, int advice);

  int close(int fd);

  /** Returns the library's handle; null if it cannot be opened. */
  Pointer dlopen(String path, int flags);

  /**
   * Returns where a name is defined; null if nowhere.
   *
   * @param handle of a library; null for all that are open to others
   */
  Pointer dlsym(Pointer handle, String name);
}
