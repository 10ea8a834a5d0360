package io.prumerge.spark;

import ai.djl.Device;
import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.engine.Question;
import io.prumerge.reduction.MethodSpec;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.spark.SparkConf;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.resource.ResourceInformation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugin in an executor. Before the executor takes tasks, libtorch is loaded and calculates
 * something on each of its devices; an executor that cannot is of no use and ends with one line
 * that says why. Then, where {@code spark.prumerge.model} names a model, it is loaded and asked
 * something behind the first tasks' back, so that they find it warm. Settings are {@code
 * spark.prumerge.model}, {@code .device}, {@code .dtype}, {@code .imageAspect} and {@code
 * .conversation}; the model is the one that tasks ask for only if they ask with the same ones.
 */
final class ExecutorPart implements ExecutorPlugin {

  private static final Logger LOG = LoggerFactory.getLogger(ExecutorPart.class);

  /**
   * Registers the metrics, checks the devices, starts the warm-up.
   *
   * @throws io.prumerge.model.DeviceException in one line, where libtorch or a device is not to be
   *     had; Spark ends the executor and tells the driver
   */
  @Override
  public void init(PluginContext context, Map<String, String> fromDriver) {
    ModelSettings settings = ModelSettings.of(context.conf()::get);
    List<AssignedDevice> assigned = assigned(context);
    List<Device> devices =
        assigned.stream()
            .map(device -> LlavaEngine.device(settings.device(), settings.address(device)))
            .distinct()
            .toList();
    devices.forEach(SelfCheck::on);
    ExecutorMetrics.ofThisJvm().register(context.metricRegistry(), devices);
    if (!settings.model().isEmpty()) {
      Thread warmUp =
          new Thread(() -> warmUp(settings, context.conf(), assigned), "prumerge-warm-up");
      warmUp.setDaemon(true);
      warmUp.start();
    }
  }

  /** Each of the executor's GPUs, of which a task will be assigned one; else none. */
  private static List<AssignedDevice> assigned(PluginContext context) {
    ResourceInformation gpus = context.resources().get("gpu");
    if (gpus == null) {
      return List.of(new AssignedDevice(List.of()));
    }
    return Arrays.stream(gpus.addresses())
        .map(address -> new AssignedDevice(List.of(address)))
        .toList();
  }

  private static void warmUp(
      ModelSettings settings, SparkConf conf, List<AssignedDevice> assigned) {
    try {
      TaskModel.cores().ifPresent(LlavaEngine::useThreads);
      ImageRequest request =
          new ImageRequest(
              picture(),
              List.of(new Question("Hello", 1 /* new token */)),
              List.of(MethodSpec.parse("prumerge")));
      for (AssignedDevice device : assigned) { // on the CPU all of them are one
        try (LlavaEngine.Lease lease = LlavaEngine.acquire(settings.here(conf, device))) {
          lease.answer(request);
          LOG.info("Warmed up {} on {}", settings.model(), lease.device());
        }
      }
    } catch (IOException | RuntimeException e) { // the tasks say it again, and fail by it
      LOG.warn("Cannot warm up {}: {}", settings.model(), e.getMessage());
    }
  }

  /** The smallest thing that goes all the way. */
  private static byte[] picture() throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB), "png", png);
    return png.toByteArray();
  }

  /** Gives the memory of the devices back. */
  @Override
  public void shutdown() {
    LlavaEngine.releaseIdle();
  }
}
