package io.prumerge.spark;

import ai.djl.Device;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.engine.ModelLease;
import io.prumerge.engine.Question;
import io.prumerge.host.DaemonThreads;
import io.prumerge.host.DeviceException;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.torch.SelfCheck;
import io.prumerge.zoo.LoadSettings;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.apache.spark.resource.ResourceInformation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code spark.plugins=io.prumerge.spark.PrumergePlugin}: refuses GPU settings that cannot work
 * before the application starts, and checks devices and warms up the model in each executor ({@link
 * ExecutorPart}). The plugin is optional.
 */
public final class PrumergePlugin implements SparkPlugin {

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPart();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPart();
  }

  /** The plugin on the driver, which shows the executors' metrics in its own sinks too. */
  private static final class DriverPart implements DriverPlugin {

    private final ExecutorTotals totals = new ExecutorTotals();

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException for GPU amounts that cannot work, which ends the application
     */
    @Override
    public Map<String, String> init(SparkContext context, PluginContext plugin) {
      GpuSettings.check(
          plugin.conf(), ModelSettings.of(plugin.conf()::get).loading().get(LoadSettings.DEVICE));
      context.addSparkListener(totals);
      return Map.of();
    }

    @Override
    public void registerMetrics(String application, PluginContext plugin) {
      totals.register(plugin.metricRegistry(), ExecutorMetrics.ofThisJvm().report("", List.of()));
    }

    @Override
    public Object receive(Object message) {
      totals.reported((ExecutorReport) message);
      return null;
    }
  }

  /**
   * The plugin in an executor. Before the executor takes tasks, the plugin loads libtorch and runs
   * a small computation on each of its devices. If that fails, the executor exits with one line
   * that says why. Then, if {@code spark.prumerge.model} names a model, a background thread loads
   * it and asks it one question, so that the first tasks find it warm. Settings are {@code
   * spark.prumerge.model}, {@code .device}, {@code .dtype}, {@code .imageAspect} and {@code
   * .conversation}; tasks use the warm model only if they use the same settings.
   */
  private static final class ExecutorPart implements ExecutorPlugin {

    private static final Logger LOG = LoggerFactory.getLogger(ExecutorPart.class);
    private static final String PERIOD = "spark.executor.heartbeatInterval";

    private final ScheduledExecutorService reporter =
        Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("prumerge-metrics"));

    /**
     * Registers the metrics, checks the devices, starts the warm-up.
     *
     * @throws io.prumerge.host.DeviceException in one line, if libtorch or a device is not
     *     available; Spark then ends the executor and tells the driver
     */
    @Override
    public void init(PluginContext context, Map<String, String> fromDriver) {
      ModelSettings settings = ModelSettings.of(context.conf()::get);
      List<AssignedDevice> assigned = assigned(context);
      List<Device> devices = checked(settings, assigned);
      ExecutorMetrics.ofThisJvm().register(context.metricRegistry(), devices);
      long period = context.conf().getTimeAsMs(PERIOD, "10s");
      reporter.scheduleAtFixedRate(
          () -> report(context, devices), period, period, TimeUnit.MILLISECONDS);
      if (!settings.model().isEmpty() && !Endpoint.isNamedBy(settings.model())) {
        Thread warmUp =
            new Thread(() -> warmUp(settings, context.conf(), assigned), "prumerge-warm-up");
        warmUp.setDaemon(true);
        warmUp.start();
      }
    }

    /**
     * Returns the devices, once they compute. Of an {@code Error}, Spark would tell the driver an
     * exit code only.
     */
    private static List<Device> checked(ModelSettings settings, List<AssignedDevice> assigned) {
      try {
        List<Device> devices = assigned.stream().map(settings::device).distinct().toList();
        devices.forEach(SelfCheck::on);
        return devices;
      } catch (LinkageError e) {
        throw new DeviceException("Cannot load what the engine needs: " + e, e);
      }
    }

    private static void report(PluginContext context, List<Device> devices) {
      try {
        context.send(ExecutorMetrics.ofThisJvm().report(context.executorID(), devices));
      } catch (IOException | RuntimeException e) { // the next report holds this one's counts
        LOG.debug("Cannot report metrics to the driver", e);
      }
    }

    /**
     * Returns one assignment for each of the executor's GPUs, as tasks will get them; without GPUs,
     * one empty assignment.
     */
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
        TaskCores.use();
        ImageRequest request =
            new ImageRequest(
                picture(),
                List.of(new Question("Hello", 1 /* new token */)),
                List.of(MethodSpec.read("prumerge")));
        for (AssignedDevice device : assigned) { // on the CPU all of them are one
          try (ModelLease lease = LlavaEngine.acquire(settings.here(conf, device))) {
            lease.answer(request);
            LOG.info("Warmed up {} on {}", settings.model(), lease.model().device());
          }
        }
      } catch (IOException | RuntimeException e) { // tasks will fail with the same error
        LOG.warn("Cannot warm up {}: {}", settings.model(), e.getMessage());
      }
    }

    /** Returns the smallest picture that passes through the whole engine. */
    private static byte[] picture() throws IOException {
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      ImageIO.write(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB), "png", png);
      return png.toByteArray();
    }

    /** Ends the reports and frees the memory of the devices. */
    @Override
    public void shutdown() {
      reporter.shutdownNow();
      LlavaEngine.releaseIdle();
    }
  }
}
