package io.prumerge.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.prumerge.host.DaemonThreads;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The classes of Spark and other libraries that a command loads. There are some 12,000, and loading
 * one after another takes a quarter of a small run's time.
 */
final class LibraryClasses {

  /**
   * A line for each package, in the order of loading: its name, then its classes'. The bench's
   * LibraryClassesTest makes it.
   */
  static final String LIST = "library-classes.txt";

  private static final Logger LOG = LoggerFactory.getLogger(LibraryClasses.class);
  private static final AtomicBoolean BEGUN = new AtomicBoolean();

  private LibraryClasses() {}

  /**
   * Begins to load them on a thread of its own, once in a JVM, if there is a processor for it. The
   * command finds them loaded, or loads first what it wants sooner.
   */
  static void beginLoading() {
    if (Runtime.getRuntime().availableProcessors() > 1 && BEGUN.compareAndSet(false, true)) {
      DaemonThreads.named("prumerge-classes").newThread(LibraryClasses::load).start();
    }
  }

  private static void load() {
    int absent = 0;
    List<String> names = names();
    for (String name : names) {
      absent += load(name) ? 0 : 1;
    }
    LOG.debug("Loaded {} classes ahead; {} are absent", names.size() - absent, absent);
  }

  /** Returns whether a class is there. Another version of a library may lack some. */
  private static boolean load(String name) {
    try {
      Class.forName(name, false, LibraryClasses.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  /** Returns the names of the classes. */
  static List<String> names() {
    List<String> names = new ArrayList<>();
    try (InputStream list = LibraryClasses.class.getResourceAsStream(LIST);
        BufferedReader lines = new BufferedReader(new InputStreamReader(list, UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ");
        for (int i = 1; i < words.length; i++) {
          names.add(words[0] + "." + words[i]);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + LIST, e);
    }
    return names;
  }
}
