package io.prumerge.model;

import com.sun.jna.NativeLong;
import com.sun.jna.Platform;
import io.prumerge.checkpoint.TensorEntry;
import io.prumerge.host.LibC;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Asks the kernel to read weights in the order in which they will be touched, so that the first
 * answer, or the copies to a GPU, find them there instead of waiting for one page fault after the
 * other. Pages that are cached already cost nothing. Linux only; elsewhere the kernel reads when it
 * is asked.
 */
final class ReadAhead implements Runnable {

  private static final int READ_ONLY = 0;
  private static final int WILL_NEED = 3;
  // Small enough that the first layers' pages are not queued behind the last ones'.
  private static final long PIECE_BYTES = 16L << 20;

  private final List<TensorEntry> entries;

  private ReadAhead(List<TensorEntry> entries) {
    this.entries = entries;
  }

  /** Starts reading in the background. */
  static void start(List<TensorEntry> entries) {
    if (Platform.isLinux()) {
      Thread thread = new Thread(new ReadAhead(List.copyOf(entries)), "prumerge-read-ahead");
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** Returns tensors as a disk reads them best: file by file, from the start of each. */
  static List<TensorEntry> inFileOrder(Collection<TensorEntry> entries) {
    return entries.stream()
        .sorted(Comparator.comparing(TensorEntry::file).thenComparing(TensorEntry::offset))
        .toList();
  }

  @Override
  public void run() {
    LibC c = LibC.load();
    String open = "";
    int fd = -1;
    try {
      for (TensorEntry entry : entries) {
        String file = entry.file().toString();
        if (!file.equals(open)) {
          close(c, fd);
          fd = c.open(file, READ_ONLY);
          open = file;
        }
        for (long done = 0; done < entry.bytes() && fd >= 0; done += PIECE_BYTES) {
          long piece = Math.min(PIECE_BYTES, entry.bytes() - done);
          c.posix_fadvise(
              fd, new NativeLong(entry.offset() + done), new NativeLong(piece), WILL_NEED);
        }
      }
    } finally {
      close(c, fd);
    }
  }

  private static void close(LibC c, int fd) {
    if (fd >= 0) {
      c.close(fd);
    }
  }
}
