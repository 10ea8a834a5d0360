package io.prumerge.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.prumerge.console.CodeDigest;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Versions;
import io.prumerge.console.Wording;
import io.prumerge.engine.ModelWeights;
import io.prumerge.lang.Text;
import io.prumerge.plan.preflight.Slots;
import io.prumerge.service.Unknown;
import io.prumerge.spark.ExecutorDevices;
import io.prumerge.spark.HostDevice;
import io.prumerge.torch.MklOnAmd;
import io.prumerge.torch.PackedWeights;
import io.prumerge.torch.SettingEffect;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;

/**
 * The code, libraries and devices of a run or a training. Texts are empty if unknown. If executors
 * differ, a text lists all values, separated by commas.
 *
 * @param codeVersion version of this project
 * @param codeCommit commit of its sources
 * @param codeSha256 hash of the classes that produce answers, or adapters
 * @param libtorchVersion version of libtorch that executors load
 * @param mklOnAmd which kernels its MKL takes on AMD processors, as {@link SettingEffect} spells it
 * @param packedWeights whether decoders' weights have a second copy, as {@link PackedWeights}
 *     spells it; unknown of a training, which never uses it
 * @param javaVersion version of executors' Java, whose libraries decode JPEG; the build included
 * @param dtype resolved arithmetic
 * @param gpu model names of the executors' GPUs; empty on the CPU
 * @param jars what {@link io.prumerge.console.CodeOrigin#sha256} has of benchmarks and rules that
 *     jars bring, as {@link io.prumerge.benchmark.file.AddedJars} names them, and of methods, as
 *     {@link io.prumerge.run.cache.MethodJars} does; none of most runs, and of those of earlier
 *     versions nothing is known
 */
public record Environment(
    String codeVersion,
    String codeCommit,
    String codeSha256,
    String libtorchVersion,
    @JsonSetter(nulls = Nulls.AS_EMPTY) String mklOnAmd,
    @JsonSetter(nulls = Nulls.AS_EMPTY) String packedWeights,
    @JsonSetter(nulls = Nulls.AS_EMPTY) String javaVersion,
    String dtype,
    String gpu,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
        SortedMap<String, String> jars) {

  /** Between the values of executors that differ. */
  private static final String SEPARATOR = ", ";

  public Environment {
    jars = Collections.unmodifiableSortedMap(new TreeMap<>(jars));
  }

  /** Begins an environment of which nothing is known. */
  static Builder builder() {
    return new Builder();
  }

  /** Returns the environment of a run of this code on these executors. */
  static Environment of(List<HostDevice> executors) {
    return of(
        executors,
        CodeDigest.sha256(),
        joined(executors, one -> one.device().packedWeights().label()));
  }

  /** Returns the environment of a training by this code on these executors. */
  public static Environment ofTraining(List<HostDevice> executors) {
    return of(executors, CodeDigest.ofTraining(), "");
  }

  private static Environment of(
      List<HostDevice> executors, String codeSha256, String packedWeights) {
    return builder()
        .codeVersion(Versions.project())
        .codeCommit(Versions.commit().orElse(""))
        .codeSha256(codeSha256)
        .libtorchVersion(joined(executors, one -> one.device().libtorch()))
        .mklOnAmd(joined(executors, one -> one.device().mklOnAmd().label()))
        .packedWeights(packedWeights)
        .javaVersion(joined(executors, HostDevice::java))
        .dtype(joined(executors, one -> one.device().dtype()))
        .gpu(joined(executors, one -> one.device().gpu()))
        .build();
  }

  /** Returns a copy in which these jars bring benchmarks, rules or methods. */
  Environment with(SortedMap<String, String> added) {
    return new Builder(this).jars(added).build();
  }

  /**
   * Asks the executors how they resolve a device and a type of arithmetic.
   *
   * @param weights the model's
   */
  public static List<HostDevice> executors(
      SparkContext context, DeviceChoice device, DtypeChoice dtype, ModelWeights weights) {
    return ExecutorDevices.of(
        context,
        Unknown.spelling(device),
        Unknown.spelling(dtype),
        weights,
        Slots.of(context).count());
  }

  /**
   * Returns which executors use which arithmetic, if they resolve {@code --dtype auto} differently;
   * otherwise an empty text.
   */
  static String mixture(List<HostDevice> executors) {
    List<String> dtypes =
        executors.stream().map(one -> one.device().dtype()).distinct().sorted().toList();
    if (dtypes.size() < 2) {
      return "";
    }
    return dtypes.stream()
        .map(
            dtype ->
                Text.format(
                    "%s on %s",
                    dtype,
                    executors.stream()
                        .filter(one -> one.device().dtype().equals(dtype))
                        .map(HostDevice::host)
                        .distinct()
                        .sorted()
                        .collect(Collectors.joining(", "))))
        .collect(Collectors.joining(" and "));
  }

  /** Returns the arithmetic of each executor, each different one once. */
  List<String> dtypes() {
    return List.of(dtype.split(SEPARATOR));
  }

  private static String joined(List<HostDevice> executors, Function<HostDevice, String> part) {
    return executors.stream()
        .map(part)
        .filter(text -> !text.isEmpty())
        .distinct()
        .sorted()
        .collect(Collectors.joining(SEPARATOR));
  }

  /**
   * Checks that what was begun in this environment may go on in the present one.
   *
   * @param now the present one
   * @param output folder of what is to go on
   * @param allowed whether the environments may differ
   * @return the differences; empty if there are none
   * @throws UsageException if they differ and may not
   */
  public String requireResumable(Environment now, String output, boolean allowed) {
    String differences = differences(now);
    if (!differences.isEmpty() && !allowed) {
      throw new UsageException(
          Wording.of(
              "Cannot resume %s in another environment: %s; restore the old one, or continue with"
                  + " %s, which its record says",
              output, differences, Setting.ALLOW_CODE_CHANGE));
    }
    return differences;
  }

  /**
   * Returns a text with the differences of {@code now} that results depend on and that are known on
   * both sides; empty if there are none.
   */
  String differences(Environment now) {
    List<String> differences = new ArrayList<>();
    difference("code_sha256", codeSha256, now.codeSha256, differences);
    difference("libtorch_version", libtorchVersion, now.libtorchVersion, differences);
    difference(MklOnAmd.KEY, mklSetting(), now.mklSetting(), differences);
    difference(PackedWeights.KEY, packSetting(), now.packSetting(), differences);
    difference("java_version", javaVersion, now.javaVersion, differences);
    difference("dtype", dtype, now.dtype, differences);
    jars.forEach(
        (bringing, was) ->
            difference(
                "the jar of the " + bringing,
                was,
                now.jars.getOrDefault(bringing, ""),
                differences));
    return String.join("; ", differences);
  }

  /**
   * Returns the setting of MKL's kernels, on which answers depend. What came of it depends on the
   * processor, as other last digits do, and on which executors were asked.
   */
  String mklSetting() {
    return MklOnAmd.setting(mklOnAmd);
  }

  /** Returns the setting of packed weights, on which answers depend in bf16. */
  String packSetting() {
    return PackedWeights.setting(packedWeights);
  }

  private static void difference(String name, String was, String is, List<String> differences) {
    if (!was.isEmpty() && !is.isEmpty() && !was.equals(is)) {
      differences.add(Text.format("%s was %s, is now %s", name, was, is));
    }
  }

  /** Sets what is known of an environment. */
  static final class Builder {

    private String codeVersion = "";
    private String codeCommit = "";
    private String codeSha256 = "";
    private String libtorchVersion = "";
    private String mklOnAmd = "";
    private String packedWeights = "";
    private String javaVersion = "";
    private String dtype = "";
    private String gpu = "";
    private SortedMap<String, String> jars = Collections.emptySortedMap();

    private Builder() {}

    private Builder(Environment other) {
      codeVersion = other.codeVersion;
      codeCommit = other.codeCommit;
      codeSha256 = other.codeSha256;
      libtorchVersion = other.libtorchVersion;
      mklOnAmd = other.mklOnAmd;
      packedWeights = other.packedWeights;
      javaVersion = other.javaVersion;
      dtype = other.dtype;
      gpu = other.gpu;
      jars = other.jars;
    }

    Builder codeVersion(String codeVersion) {
      this.codeVersion = codeVersion;
      return this;
    }

    Builder codeCommit(String codeCommit) {
      this.codeCommit = codeCommit;
      return this;
    }

    Builder codeSha256(String codeSha256) {
      this.codeSha256 = codeSha256;
      return this;
    }

    Builder libtorchVersion(String libtorchVersion) {
      this.libtorchVersion = libtorchVersion;
      return this;
    }

    Builder mklOnAmd(String mklOnAmd) {
      this.mklOnAmd = mklOnAmd;
      return this;
    }

    Builder packedWeights(String packedWeights) {
      this.packedWeights = packedWeights;
      return this;
    }

    Builder javaVersion(String javaVersion) {
      this.javaVersion = javaVersion;
      return this;
    }

    Builder dtype(String dtype) {
      this.dtype = dtype;
      return this;
    }

    Builder gpu(String gpu) {
      this.gpu = gpu;
      return this;
    }

    Builder jars(SortedMap<String, String> jars) {
      this.jars = jars;
      return this;
    }

    /** Returns the environment. */
    Environment build() {
      return new Environment(
          codeVersion,
          codeCommit,
          codeSha256,
          libtorchVersion,
          mklOnAmd,
          packedWeights,
          javaVersion,
          dtype,
          gpu,
          jars);
    }
  }
}
