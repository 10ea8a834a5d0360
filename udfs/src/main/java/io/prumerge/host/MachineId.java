package io.prumerge.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells this machine from every other one, whatever their names are. */
public final class MachineId {

  // Of the running kernel, and so the same in all containers of a machine; no file of its disk,
  // which clones of the machine have too.
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  private static final String OWN = read();

  private MachineId() {}

  /** Returns an id that this machine has had since it was started; empty where it is not known. */
  public static String own() {
    return OWN;
  }

  private static String read() {
    try {
      return Files.readString(BOOT).strip();
    } catch (IOException e) {
      return ""; // no Linux
    }
  }
}
