package io.prumerge.torch;

import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import io.prumerge.host.DeviceException;
import io.prumerge.host.LibC;
import io.prumerge.host.Processor;
import io.prumerge.host.SparkSetting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether libtorch's MKL takes on an AMD processor the kernels that it takes on Intel's.
 *
 * <p>MKL asks a function of its own, {@code mkl_serv_intel_cpu_true}, whether Intel made the
 * processor, and takes slower kernels if not. A library with that one function, which says yes
 * ({@code mkl-on-amd.c} next to this class), is asked instead if it is open to all others before
 * libtorch is loaded.
 *
 * <p>Without and with it, one thread of an EPYC (Zen 5): a product of 577 x 1,024 by 4,096 in fp32
 * 155 and 63 ms, of one row by 4,096 x 4,096 2.9 and 1.7; the tower's attention (577 rows, 16
 * heads) in bf16 37 and 14 ms; a step's (700 slots, 64 heads of 64) in bf16 22 and 0.26 ms.
 */
public final class MklOnAmd {

  /** Setting that allows it: {@code true} or {@code false}. */
  public static final String KEY = SparkSetting.MKL_ON_AMD.key();

  /** The setting where none is given. */
  static final String DEFAULT = SparkSetting.MKL_ON_AMD.defaultValue();

  /** The library's file next to this class. */
  static final String LIBRARY = "mkl-on-amd.so";

  /** The library's function. */
  static final String FUNCTION = "mkl_serv_intel_cpu_true";

  private static final Logger LOG = LoggerFactory.getLogger(MklOnAmd.class);
  private static final String FORBIDDEN = "false";
  private static final Path MAPPED = Path.of("/proc/self/maps");
  private static final String LIBTORCH = "libtorch_cpu.so";
  private static final int NOW_AND_GLOBAL = 0x102; // RTLD_NOW | RTLD_GLOBAL of Linux

  private MklOnAmd() {}

  /**
   * Returns the setting that the states of executors result from.
   *
   * @param labels of {@link SettingEffect}s; or an empty text, which gives an empty one
   */
  public static String setting(String labels) {
    return SettingEffect.setting(labels, DEFAULT, FORBIDDEN);
  }

  /**
   * Opens the library where it is wanted and of use. To be called before libtorch is loaded.
   *
   * @param setting value of {@link #KEY}
   * @return on if MKL asks our function
   */
  static SettingEffect start(String setting) {
    if (!setting.equals(DEFAULT)) {
      return SettingEffect.OFF;
    }
    if (!Platform.isLinux() || !Platform.ARCH.equals("x86-64") || !Processor.ofHost().amd()) {
      return SettingEffect.NOT_NEEDED;
    }
    try (InputStream library = MklOnAmd.class.getResourceAsStream(LIBRARY)) {
      open(library.readAllBytes());
      return SettingEffect.ON;
    } catch (IOException | LinkageError e) { // LinkageError: a C library that JNA is not built for
      LOG.warn(
          "libtorch's MKL takes its slow kernels on this processor, which is AMD's: {} is not in effect: {}",
          KEY,
          e.getMessage());
      return SettingEffect.NOT_IN_EFFECT;
    }
  }

  /**
   * Opens a library to all that are loaded from now on.
   *
   * @throws IOException saying why libtorch would not ask its function
   */
  static void open(byte[] library) throws IOException {
    if (Files.readString(MAPPED).contains(LIBTORCH)) {
      throw new IOException("other code of this process has loaded libtorch before");
    }
    LibC c = LibC.load();
    Path folder = Files.createTempDirectory("prumerge-"); // of this user alone
    Path file = folder.resolve(LIBRARY);
    try {
      Files.write(file, library);
      Pointer opened = c.dlopen(file.toString(), NOW_AND_GLOBAL);
      if (opened == null) {
        throw new IOException(
            "no library can be opened in " + folder.getParent() + ", which may be mounted noexec");
      }
      if (!c.dlsym(opened, FUNCTION).equals(c.dlsym(Pointer.NULL, FUNCTION))) {
        throw new IOException("another library defines " + FUNCTION + "; see LD_PRELOAD");
      }
    } finally {
      Files.deleteIfExists(file); // an open library stays
      Files.delete(folder);
    }
  }

  /**
   * Refuses a setting that is neither value.
   *
   * @throws DeviceException naming it
   */
  static void require(String setting) {
    if (!setting.equals(DEFAULT) && !setting.equals(FORBIDDEN)) {
      throw new DeviceException(
          "Cannot load libtorch with " + KEY + "=" + setting + ": set it to true or false");
    }
  }
}
