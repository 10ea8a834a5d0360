package io.prumerge.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.host.FreeMemory.ContainerMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerMemoryTest {

  private static final long GIB = 1L << 30;

  @TempDir private Path root;

  private void groups(String lines) throws IOException {
    write("proc/self/cgroup", lines);
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private void second(String group, String limit, long usage, long inactive) throws IOException {
    String folder = "sys/fs/cgroup/" + group;
    write(folder + "memory.max", limit + "\n");
    write(folder + "memory.current", usage + "\n");
    write(
        folder + "memory.stat",
        "anon 17\nfile 9\ninactive_anon 5\ninactive_file %d\nactive_file 3\n".formatted(inactive));
  }

  private void first(String group, long limit, long usage, long inactive) throws IOException {
    String folder = "sys/fs/cgroup/memory/" + group;
    write(folder + "memory.limit_in_bytes", limit + "\n");
    write(folder + "memory.usage_in_bytes", usage + "\n");
    write(
        folder + "memory.stat",
        "cache 9\ninactive_file 1\ntotal_inactive_file %d\n".formatted(inactive));
  }

  @Test
  void whatTheContainerUsesIsNotFree() throws IOException {
    groups("0::/\n");
    second("", Long.toString(16 * GIB), 14 * GIB, 3 * GIB);
    assertThat(ContainerMemory.left(root)).hasValue(5 * GIB);
  }

  @Test
  void theGroupThatLeavesLeastDecides() throws IOException {
    groups("0::/kubepods/pod7/ab\n");
    second("kubepods/", Long.toString(64 * GIB), 62 * GIB, 0);
    second("kubepods/pod7/", "max", 20 * GIB, 0);
    second("kubepods/pod7/ab/", Long.toString(16 * GIB), 10 * GIB, GIB);
    assertThat(ContainerMemory.left(root)).hasValue(2 * GIB);
  }

  @Test
  void theFirstVersionCountsTheGroupsBelowToo() throws IOException {
    groups("12:cpu,cpuacct:/docker/ab\n4:memory:/docker/ab\n1:name=systemd:/docker/ab\n");
    first("docker/ab/", 8 * GIB, 7 * GIB, 2 * GIB);
    first("", 9_223_372_036_854_771_712L, 30 * GIB, 0);
    assertThat(ContainerMemory.left(root)).hasValue(3 * GIB);
  }

  @Test
  void aPathOfTheHostIsTheContainersOwnTop() throws IOException {
    groups("4:memory:/docker/of-the-host\n");
    first("", 8 * GIB, 7 * GIB, 2 * GIB);
    assertThat(ContainerMemory.left(root)).hasValue(3 * GIB);
  }

  @Test
  void aPathThatLeadsOutIsTheContainersOwnTop() throws IOException {
    groups("0::/../../sibling\n");
    second("", Long.toString(16 * GIB), 14 * GIB, 3 * GIB);
    assertThat(ContainerMemory.left(root)).hasValue(5 * GIB);
  }

  @Test
  void whereNothingIsLimitedNothingIsSaid() throws IOException {
    assertThat(ContainerMemory.left(root)).isEmpty();
    groups("0::/user.slice\n");
    assertThat(ContainerMemory.left(root)).isEmpty();
    second("user.slice/", "max", GIB, 0);
    assertThat(ContainerMemory.left(root)).isEmpty();
  }

  @Test
  void aGroupOverItsLimitLeavesLessThanNothing() throws IOException {
    groups("0::/\n");
    second("", Long.toString(GIB), GIB + 5, 0);
    assertThat(ContainerMemory.left(root)).hasValue(-5);
  }

  @Test
  void freeMemoryIsTheHostsOrWhatTheContainerLeaves() throws IOException {
    write("proc/meminfo", "MemTotal: 99999999 kB\nMemAvailable: 8388608 kB\n");
    assertThat(FreeMemory.ofHost(root)).isEqualTo(8 * GIB);
    groups("0::/\n");
    second("", Long.toString(16 * GIB), 14 * GIB, 3 * GIB);
    assertThat(FreeMemory.ofHost(root)).isEqualTo(5 * GIB);
  }
}
