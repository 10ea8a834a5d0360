package io.prumerge.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.engine.Engine;
import io.prumerge.host.DeviceException;
import io.prumerge.host.Processor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class MklOnAmdTest {

  private static byte[] library() throws IOException {
    try (InputStream file = MklOnAmd.class.getResourceAsStream(MklOnAmd.LIBRARY)) {
      return file.readAllBytes();
    }
  }

  /**
   * An ELF file for x86-64 whose addresses are places in the file, as in a library of one page of
   * code.
   */
  private record Elf(ByteBuffer bytes) {

    private static final int LOAD = 1;
    private static final int DYNAMIC = 2;
    private static final int STACK = 0x6474e551;

    /** A segment: where it is in the file and in memory, how long it is there, what it allows. */
    private record Segment(int type, int flags, long offset, long address, long size, long held) {}

    private record Symbol(String name, int info, int section, long value, long size) {}

    static Elf of(byte[] file) {
      return new Elf(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN));
    }

    List<Segment> segments() {
      int first = (int) bytes.getLong(32);
      int size = bytes.getShort(54);
      List<Segment> segments = new ArrayList<>();
      for (int i = 0; i < bytes.getShort(56); i++) {
        int at = first + i * size;
        segments.add(
            new Segment(
                bytes.getInt(at),
                bytes.getInt(at + 4),
                bytes.getLong(at + 8),
                bytes.getLong(at + 16),
                bytes.getLong(at + 32),
                bytes.getLong(at + 40)));
      }
      return segments;
    }

    List<Segment> segments(int type) {
      return segments().stream().filter(one -> one.type() == type).toList();
    }

    /** Returns the dynamic section: values by their tags. */
    Map<Long, Long> dynamic() {
      Map<Long, Long> values = new HashMap<>();
      for (int at = (int) segments(DYNAMIC).get(0).offset(); bytes.getLong(at) != 0; at += 16) {
        assertThat(values.put(bytes.getLong(at), bytes.getLong(at + 8))).as("once").isNull();
      }
      return values;
    }

    /** Returns the symbols, which this linker puts right before their names. */
    List<Symbol> symbols() {
      Map<Long, Long> dynamic = dynamic();
      int names = dynamic.get(5L).intValue();
      List<Symbol> symbols = new ArrayList<>();
      for (int at = dynamic.get(6L).intValue(); at < names; at += 24) {
        symbols.add(
            new Symbol(
                text(names + bytes.getInt(at)),
                bytes.get(at + 4),
                bytes.getShort(at + 6),
                bytes.getLong(at + 8),
                bytes.getLong(at + 16)));
      }
      return symbols;
    }

    private String text(int at) {
      int end = at;
      while (bytes.get(end) != 0) {
        end++;
      }
      return new String(bytes.array(), at, end - at, StandardCharsets.US_ASCII);
    }
  }

  @Test
  void theLibraryHasOneFunctionThatReturnsOneAndDoesNothingElse() throws IOException {
    byte[] file = library();
    Elf elf = Elf.of(file);

    assertThat(Arrays.copyOf(file, 7))
        .as("64 bits")
        .isEqualTo(new byte[] {127, 'E', 'L', 'F', 2, 1, 1});
    assertThat(elf.bytes().getShort(16)).as("a shared object").isEqualTo((short) 3);
    assertThat(elf.bytes().getShort(18)).as("of x86-64").isEqualTo((short) 62);
    assertThat(elf.bytes().getLong(24)).as("without an entry point").isZero();
    assertThat(elf.segments(Elf.LOAD))
        .as("one segment of code, which cannot be written, and one of data")
        .extracting(Elf.Segment::flags)
        .containsExactly(5, 6);
    assertThat(elf.segments(Elf.LOAD).get(1))
        .as("which is the dynamic section alone")
        .extracting(Elf.Segment::offset, Elf.Segment::size, Elf.Segment::held)
        .containsExactly(
            elf.segments(Elf.DYNAMIC).get(0).offset(),
            elf.segments(Elf.DYNAMIC).get(0).size(),
            elf.segments(Elf.DYNAMIC).get(0).size());
    assertThat(elf.segments(Elf.STACK)).singleElement().extracting(Elf.Segment::flags).isEqualTo(6);
    assertThat(elf.dynamic().keySet())
        .as("names, their sizes and a hash table: no needed library, constructor or relocation")
        .containsExactlyInAnyOrder(5L, 6L, 10L, 11L, 0x6ffffef5L);
    assertThat(elf.segments(Elf.LOAD).get(0))
        .as("addresses are places in the file")
        .extracting(Elf.Segment::offset, Elf.Segment::address)
        .containsExactly(0L, 0L);
    assertThat(elf.symbols()).hasSize(2);
    assertThat(elf.symbols().get(0)).isEqualTo(new Elf.Symbol("", 0, 0, 0, 0));
    Elf.Symbol function = elf.symbols().get(1);
    assertThat(function.name()).isEqualTo(MklOnAmd.FUNCTION);
    assertThat(function.info()).as("a global function").isEqualTo(0x12);
    int code = (int) function.value();
    assertThat(Arrays.copyOfRange(file, code, code + (int) function.size()))
        .as("mov eax, 1; ret")
        .isEqualTo(new byte[] {(byte) 0xb8, 1, 0, 0, 0, (byte) 0xc3});
  }

  @Test
  void aSettingOfNeitherValueIsRefused() {
    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(() -> MklOnAmd.require("yes"))
        .withMessage(
            "Cannot load libtorch with spark.prumerge.mklOnAmd=yes: set it to true or false");
    MklOnAmd.require("true");
    MklOnAmd.require("false");
  }

  /** Starts libtorch in a JVM of its own. */
  static final class Start {

    private Start() {}

    /**
     * Prints the state, and a hash of a product in fp32.
     *
     * @param arguments {@code late} to load libtorch as other code would, before
     */
    public static void main(String[] arguments) {
      if (arguments.length > 0) {
        Engine.getEngine("PyTorch").newBaseManager().close();
      }
      int rows = 577;
      int columns = 1024;
      float[] one = new float[rows * columns];
      float[] other = new float[columns * columns];
      for (int i = 0; i < one.length; i++) {
        one[i] = (float) Math.sin(i);
      }
      for (int i = 0; i < other.length; i++) {
        other[i] = (float) Math.cos(i);
      }
      TorchRuntime.useThreads(1);
      try (Torch torch = TorchRuntime.open();
          Torch.Value a = torch.tensor(one, rows, columns);
          Torch.Value b = torch.tensor(other, columns, columns);
          Torch.Value product = torch.call("blend", b, a)) {
        System.out.println(
            TorchRuntime.mklOnAmd().label() + " " + Arrays.hashCode(product.toFloats(torch)));
      }
    }
  }

  /** Opens a library in a JVM of its own. */
  static final class Open {

    private Open() {}

    /**
     * Prints the error.
     *
     * @param arguments the library's file
     */
    public static void main(String[] arguments) {
      try {
        MklOnAmd.open(Files.readAllBytes(Path.of(arguments[0])));
        System.out.println("opened");
      } catch (IOException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  /** Returns what a JVM prints, in lines, with warnings of its log. */
  private static List<String> printed(
      Class<?> main, Map<String, String> environment, List<String> options, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    Stream.of(System.getProperty("jvm.tests", "").split(" +"))
        .filter(option -> !option.isBlank())
        .forEach(command::add);
    command.addAll(options);
    command.addAll(List.of("-Dlog4j2.level=WARN", "-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder java = new ProcessBuilder(command).redirectErrorStream(true);
    java.environment().putAll(environment);
    Process process = java.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out.strip().lines().toList();
  }

  /**
   * What {@link Start} came to.
   *
   * @param hash of the product
   * @param log what else it printed
   */
  private record Started(String state, String hash, List<String> log) {

    static Started with(List<String> options, String... arguments)
        throws IOException, InterruptedException {
      List<String> lines = printed(Start.class, Map.of(), options, arguments);
      String last = lines.get(lines.size() - 1);
      int space = last.lastIndexOf(' ');
      return new Started(last.substring(0, space), last.substring(space + 1), lines);
    }
  }

  @Test
  @Tag("process")
  @EnabledOnOs(OS.LINUX)
  void isInEffectUnlessItIsForbiddenOrLibtorchWasLoadedBefore(@TempDir Path temp)
      throws IOException, InterruptedException {
    assumeTrue(Processor.ofHost().amd(), "this processor is not AMD's");
    String folder = "-Djava.io.tmpdir=" + temp;
    Started on = Started.with(List.of(folder));
    Started off = Started.with(List.of(folder, "-D" + MklOnAmd.KEY + "=false"));
    Started late = Started.with(List.of(folder), "late");
    Started missing = Started.with(List.of("-Djava.io.tmpdir=" + temp.resolve("missing")));

    assertThat(on.state()).isEqualTo("on");
    assertThat(off.state()).isEqualTo("off");
    assertThat(late.state()).isEqualTo("not in effect");
    assertThat(late.log())
        .anyMatch(
            line ->
                line.endsWith(
                    "spark.prumerge.mklOnAmd is not in effect: other code of this process has loaded libtorch before"));
    assertThat(missing.state()).isEqualTo("not in effect");
    assertThat(missing.log())
        .anyMatch(line -> line.contains("is not in effect: " + temp.resolve("missing")));
    if (Processor.ofHost().multipliesBf16()) { // on Zen 3 it has the same bits
      assertThat(on.hash()).as("other kernels have other last bits").isNotEqualTo(off.hash());
    }
    assertThat(late.hash()).isEqualTo(off.hash());
    assertThat(missing.hash()).isEqualTo(off.hash());
    try (Stream<Path> left = Files.list(temp)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith("prumerge-"));
    }
  }

  @Test
  @Tag("process")
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void saysWhyTheLibraryIsNotAsked(@TempDir Path temp) throws IOException, InterruptedException {
    Path whole = Files.write(temp.resolve(MklOnAmd.LIBRARY), library());
    Path broken = Files.write(temp.resolve("broken.so"), new byte[] {127, 'E', 'L', 'F'});
    String folder = "-Djava.io.tmpdir=" + temp;
    Map<String, String> preloaded = Map.of("LD_PRELOAD", whole.toString());

    assertThat(printed(Open.class, Map.of(), List.of(), whole.toString()))
        .containsExactly("opened");
    assertThat(printed(Open.class, Map.of(), List.of(folder), broken.toString()))
        .containsExactly("no library can be opened in " + temp + ", which may be mounted noexec");
    assertThat(printed(Open.class, preloaded, List.of(), whole.toString()))
        .containsExactly("another library defines mkl_serv_intel_cpu_true; see LD_PRELOAD");
  }
}
