package io.prumerge.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Linux tells about a host's processors in {@code /proc/cpuinfo}. Other systems have no such
 * file, and there nothing is known.
 *
 * @param model its name, such as {@code AMD EPYC 9655}
 * @param amd whether AMD made it
 * @param multipliesBf16 whether it has units for bf16: AVX512-BF16 or AMX
 * @param amx whether these are AMX, which multiplies tiles of 16 rows
 * @param multipliesInt8 whether it sums products of int8 in 32 bits: AVX512-VNNI or AVX-VNNI
 */
public record Processor(
    Optional<String> model,
    boolean amd,
    boolean multipliesBf16,
    boolean amx,
    boolean multipliesInt8) {

  private static final Logger LOG = LoggerFactory.getLogger(Processor.class);
  private static final Path FILE = Path.of("/proc/cpuinfo");
  private static final Pattern MODEL = Pattern.compile("(?m)^model name\\s*:(.*)$");
  private static final Pattern AMD = Pattern.compile("(?m)^vendor_id\\s*: AuthenticAMD$");
  private static final Pattern BF16_UNITS = Pattern.compile("\\b(avx512_bf16|amx_bf16)\\b");
  private static final Pattern AMX = Pattern.compile("\\bamx_bf16\\b");
  private static final Pattern INT8_UNITS = Pattern.compile("\\b(avx512_vnni|avx_vnni)\\b");

  /** Returns this host's. */
  public static Processor ofHost() {
    try {
      return of(Files.isReadable(FILE) ? Files.readString(FILE) : "");
    } catch (IOException e) {
      LOG.debug("Cannot read {}", FILE, e);
      return of("");
    }
  }

  /** Returns whether its fastest units for bf16 are AVX512-BF16. */
  public boolean vectorsBf16() {
    return multipliesBf16 && !amx;
  }

  /**
   * @param cpuinfo the file's text
   */
  static Processor of(String cpuinfo) {
    Matcher name = MODEL.matcher(cpuinfo);
    return new Processor(
        name.find() ? Optional.of(name.group(1).strip()) : Optional.empty(),
        AMD.matcher(cpuinfo).find(),
        BF16_UNITS.matcher(cpuinfo).find(),
        AMX.matcher(cpuinfo).find(),
        INT8_UNITS.matcher(cpuinfo).find());
  }
}
