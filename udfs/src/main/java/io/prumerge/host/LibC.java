package io.prumerge.host;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;

/** The few functions of the C library that Java does not offer. */
public interface LibC extends Library {

  /** Returns the host's C library. */
  static LibC load() {
    return Native.load("c", LibC.class);
  }

  int setenv(String name, String value, int overwrite);

  int open(String path, int flags);

  int posix_fadvise(int fd, NativeLong offset, NativeLong length, int advice);

  int close(int fd);
}
