package io.prumerge.spark;

import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.engine.EngineConfig;
import io.prumerge.image.ImageAspect;
import io.prumerge.model.LlavaProcessor;
import io.prumerge.text.ConversationTemplate;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BinaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import scala.Tuple2;

/**
 * The model as the driver asks for it. A task makes an {@link EngineConfig} of it, with the folder
 * on its own host and the device Spark assigned.
 *
 * @param model checkpoint folder: a path of each host, or a URL of a file system Hadoop knows
 * @param device where the model runs
 * @param dtype arithmetic of the forward pass
 * @param imageAspect pad to a square or crop the centre
 * @param conversation conversation template's name
 * @param weights which weights the checkpoint must have
 */
record ModelSettings(
    String model,
    DeviceChoice device,
    DtypeChoice dtype,
    ImageAspect imageAspect,
    String conversation,
    WeightsPin weights)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /** What this project's settings begin with. */
  static final String SETTINGS = "spark.prumerge.";

  /** Setting that names the checkpoint folder. */
  static final String MODEL = SETTINGS + "model";

  /**
   * The model that Spark's settings name by {@code
   * spark.prumerge.model|device|dtype|imageAspect|conversation|modelSha256}.
   *
   * @param setting value of a key, or what is given where it is not set
   * @return with an empty {@link #model} where none is named
   */
  static ModelSettings of(BinaryOperator<String> setting) {
    return new ModelSettings(
        setting.apply(MODEL, ""),
        choice(DeviceChoice.class, "device", setting),
        choice(DtypeChoice.class, "dtype", setting),
        choice(ImageAspect.class, "imageAspect", setting),
        setting.apply(SETTINGS + "conversation", ConversationTemplate.DEFAULT),
        new WeightsPin(setting.apply(SETTINGS + "modelSha256", "")));
  }

  private static <E extends Enum<E>> E choice(
      Class<E> type, String name, BinaryOperator<String> setting) {
    return Choice.of(type, SETTINGS + name, setting.apply(SETTINGS + name, "auto"));
  }

  /**
   * The engine's configuration in this process: the checkpoint on this host, Spark's device. The
   * same for all who mean the same model, whether they know how images meet its square or leave
   * that to its files, since a JVM loads a model once for each configuration.
   *
   * @throws IOException where the checkpoint cannot be brought to this host
   */
  EngineConfig here(SparkConf conf, AssignedDevice assigned) throws IOException {
    Optional<Path> cache =
        conf.contains(ModelCache.DIRECTORY)
            ? Optional.of(Path.of(conf.get(ModelCache.DIRECTORY)))
            : Optional.empty();
    Path folder = new ModelCache(cache, hadoop(conf)).local(model);
    return new EngineConfig(
        folder.toString(),
        device,
        address(assigned),
        dtype,
        LlavaProcessor.imageAspect(folder, imageAspect),
        conversation,
        cache.map(Path::toString).orElse(""));
  }

  /**
   * CUDA ordinal that counts, {@link AssignedDevice#NONE} without. On the CPU the address must not
   * tell configurations apart, or each would load the model.
   */
  int address(AssignedDevice assigned) {
    return device == DeviceChoice.CPU ? AssignedDevice.NONE : assigned.ordinal();
  }

  private static Configuration hadoop(SparkConf conf) {
    Configuration hadoop = new Configuration();
    for (Tuple2<String, String> setting : conf.getAllWithPrefix("spark.hadoop.")) {
      hadoop.set(setting._1(), setting._2());
    }
    return hadoop;
  }
}
