package io.prumerge.jobs;

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

/**
 * A Java agent that makes the devices of one of the cluster's workers sick: every batch fails on
 * the engine's device thread.
 */
public final class SickDevice {

  /** The worker whose devices are sick. */
  static final int WORKER = 1;

  private static final String ENGINE = "io.prumerge.engine.ImageAnswerer";

  private SickDevice() {}

  /** Called by the JVM. */
  public static void premain(String arguments, Instrumentation jvm) {
    new AgentBuilder.Default()
        .type(named(ENGINE))
        .transform(
            (builder, type, loader, module, domain) ->
                builder.visit(Advice.to(Failure.class).on(named("answer"))))
        .installOn(jvm);
  }

  /** Goes before the method's own code. */
  public static final class Failure {

    private Failure() {}

    @Advice.OnMethodEnter
    static void enter() {
      if (System.getProperty("user.dir").contains("worker-1")) { // an executor's is its worker's
        throw new IllegalStateException("CUDA error: device-side assert triggered");
      }
    }
  }

  /** The option of the executors' JVMs; packs the agent below {@code folder}. */
  static String option(Path folder) throws IOException, URISyntaxException {
    return "-javaagent:" + jar(folder.resolve("device.jar"));
  }

  // Its library stays where it is.
  private static Path jar(Path file) throws IOException, URISyntaxException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.putValue("Premain-Class", SickDevice.class.getName());
    attributes.put(
        Attributes.Name.CLASS_PATH,
        AgentBuilder.class.getProtectionDomain().getCodeSource().getLocation().toURI().toString());
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out, manifest)) {
      for (Class<?> type : List.of(SickDevice.class, Failure.class)) {
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
