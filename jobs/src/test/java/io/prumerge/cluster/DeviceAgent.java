package io.prumerge.cluster;

import static net.bytebuddy.matcher.ElementMatchers.named;

import ai.djl.engine.EngineException;
import io.prumerge.torchscript.LlavaScript;
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
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.pool.TypePool;

/** A Java agent that changes how the devices of an executor behave. */
public final class DeviceAgent {

  /** The behaviour of a device. */
  enum Device {
    /** Every pass through the decoder's layers fails in libtorch, on one worker. */
    SICK(Sick.class, "ai.djl.pytorch.jni.IValueUtils", "runMethod"),
    /** No batch of the tower ends, on one worker. */
    HUNG(Hung.class, LANE, TAKE),
    /** Each image takes {@link #MILLIS} longer. */
    SLOW(Slow.class, LANE, TAKE);

    private final Class<?> advice;
    private final String type;
    private final String method;

    Device(Class<?> advice, String type, String method) {
      this.advice = advice;
      this.type = type;
      this.method = method;
    }
  }

  /** The worker with {@link Device#SICK} or {@link Device#HUNG} devices. */
  static final int WORKER = 1;

  /** The TorchScript function of the decoder's layers, which fails on {@link Device#SICK}. */
  static final String FUNCTION = "llama_span";

  /** System property of an executor with {@link Device#SLOW} devices: milliseconds per image. */
  static final String MILLIS = "device.millis";

  private static final String LANE = "io.prumerge.engine.ImageLane";
  private static final String TAKE = "take";

  private DeviceAgent() {}

  /**
   * The JVM calls this method.
   *
   * @param device name of a {@link Device}
   */
  public static void premain(String device, Instrumentation jvm) {
    Device chosen = Device.valueOf(device);
    // Read as a file: to load the advice, the JVM would look for classes of the engine too early.
    ClassFileLocator files = ClassFileLocator.ForClassLoader.ofSystemLoader();
    TypeDescription advice = TypePool.Default.of(files).describe(chosen.advice.getName()).resolve();
    new AgentBuilder.Default()
        .with(AgentBuilder.Listener.StreamWriting.toSystemError().withErrorsOnly())
        .type(named(chosen.type))
        .transform(
            (builder, type, loader, module, domain) -> {
              requireMethod(type, chosen.method);
              return builder.visit(Advice.to(advice, files).on(named(chosen.method)));
            })
        .installOn(jvm);
  }

  /** Ends the JVM if the method has another name by now: a test must not pass on whole devices. */
  private static void requireMethod(TypeDescription type, String method) {
    if (type.getDeclaredMethods().filter(named(method)).isEmpty()) {
      System.err.println("DeviceAgent changes nothing: " + type + " has no method " + method);
      Runtime.getRuntime().halt(1);
    }
  }

  // Each advice is inlined at the start of the method, so it sees only what the method's class
  // sees. An executor's folder is inside its worker's.

  /** Throws as DJL does after an error of CUDA; the engine makes its own exception of it. */
  private static final class Sick {
    @Advice.OnMethodEnter
    static void enter(@Advice.Argument(1) String method) {
      if (method.equals(FUNCTION) && System.getProperty("user.dir").contains("worker-1")) {
        throw new EngineException(
            "The following operation failed in the TorchScript interpreter.\n"
                + "RuntimeError: CUDA error: device-side assert triggered\n"
                + "CUDA kernel errors might be asynchronously reported at some other API call");
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

  /**
   * Packs the agent into {@code folder} and returns the option for the executors' JVMs.
   *
   * @throws IllegalStateException if {@link #FUNCTION} or the device's class has another name by
   *     now: a test must not run on whole devices
   */
  static String option(Path folder, Device device) throws IOException, URISyntaxException {
    if (!LlavaScript.text("llama").contains("def " + FUNCTION + "(")) {
      throw new IllegalStateException("DeviceAgent changes nothing: no function " + FUNCTION);
    }
    try {
      Class.forName(device.type, false, DeviceAgent.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("DeviceAgent changes nothing: no class " + device.type, e);
    }
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
