package io.prumerge.cluster;

import static net.bytebuddy.matcher.ElementMatchers.named;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.instrument.Instrumentation;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;

/** A Java agent that injects faults between an executor's engine and its device. */
public final class DeviceAgent {

  /** A fault. */
  enum Device {
    /** Every batch of one worker fails. */
    SICK(Sick.class),
    /** No batch of one worker returns. */
    HUNG(Hung.class),
    /** Every image takes longer, by the milliseconds in the system property of this name. */
    SLOW(Slow.class);

    private final Class<?> advice;

    Device(Class<?> advice) {
      this.advice = advice;
    }
  }

  /** The worker whose devices fail or hang. */
  static final int WORKER = 1;

  /** System property of an executor with {@link Device#SLOW} devices. */
  static final String MILLIS = "device.millis";

  private static final String ENGINE = "io.prumerge.engine.ImageAnswerer";

  private DeviceAgent() {}

  /**
   * The JVM calls this method.
   *
   * @param device name of a {@link Device}
   */
  public static void premain(String device, Instrumentation jvm) {
    Class<?> advice = Device.valueOf(device).advice;
    new AgentBuilder.Default()
        .type(named(ENGINE))
        .transform(
            (builder, type, loader, module, domain) ->
                builder.visit(Advice.to(advice).on(named("answer"))))
        .installOn(jvm);
  }

  // Each fault is inserted before the method's code, so it can use only classes that the method's
  // class sees.
  // An executor's folder is below its worker's folder.

  private static final class Sick {
    @Advice.OnMethodEnter
    static void enter() {
      if (System.getProperty("user.dir").contains("worker-1")) {
        throw new IllegalStateException("CUDA error: device-side assert triggered");
      }
    }
  }

  private static final class Hung {
    @Advice.OnMethodEnter
    static void enter() throws InterruptedException {
      if (System.getProperty("user.dir").contains("worker-1")) {
        Thread.sleep(Long.MAX_VALUE);
      }
    }
  }

  private static final class Slow {
    @Advice.OnMethodEnter
    static void enter(@Advice.Argument(0) List<?> images) throws InterruptedException {
      Thread.sleep(images.size() * Long.getLong("device.millis"));
    }
  }

  /** Packs the agent below {@code folder} and returns the option for the executors' JVMs. */
  static String option(Path folder, Device device) throws IOException, URISyntaxException {
    return "-javaagent:%s=%s".formatted(jar(folder.resolve("device.jar")), device);
  }

  // The agent's library stays in its place.
  private static Path jar(Path file) throws IOException, URISyntaxException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.putValue("Premain-Class", DeviceAgent.class.getName());
    attributes.put(
        Attributes.Name.CLASS_PATH,
        AgentBuilder.class.getProtectionDomain().getCodeSource().getLocation().toURI().toString());
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out, manifest)) {
      for (Class<?> type :
          List.of(DeviceAgent.class, Device.class, Sick.class, Hung.class, Slow.class)) {
        String name = type.getName().replace('.', '/') + ".class";
        jar.putNextEntry(new JarEntry(name));
        try (InputStream in = type.getClassLoader().getResourceAsStream(name)) {
          in.transferTo(jar);
        }
      }
    }
    return file;
  }
}
