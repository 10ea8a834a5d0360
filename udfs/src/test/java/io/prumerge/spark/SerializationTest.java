package io.prumerge.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.checkpoint.ModelFiles;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.config.TimeRule;
import io.prumerge.endpoint.VideoAs;
import io.prumerge.engine.Timing;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.script.ScriptFile;
import io.prumerge.spark.PrumergeExtensions.LlavaFunction;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.LoadSettings;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Everything that a closure takes to the executors survives both of Spark's serialisers. */
@Tag("model")
class SerializationTest {

  private static final ModelSettings SETTINGS =
      new ModelSettings(
          "/models/llava",
          LoadSettings.DEFAULT
              .with(LoadSettings.DEVICE, DeviceChoice.CPU)
              .with(LoadSettings.CONVERSATION, "vicuna_v1")
              .with(LoadSettings.SQUARE, 1008)
              .with(LoadSettings.MROPE, TimeRule.PUBLISHED),
          new WeightsPin("0".repeat(64)),
          ModelFiles.ANY,
          Map.of("/models/clip", new WeightsPin("1".repeat(64))));

  private static final ScriptFile SCRIPT = new ScriptFile("own.pt", new byte[] {1, 2});

  static Stream<Serializer> serializers() {
    SparkConf conf = new SparkConf(false);
    return Stream.of(new JavaSerializer(conf), new KryoSerializer(conf));
  }

  @ParameterizedTest
  @MethodSource("serializers")
  void thePartitionFunction(Serializer serializer) {
    PredictPartition sent =
        new PredictPartition(
            SETTINGS,
            3,
            VideoAs.FRAMES,
            List.of("none", "prumerge"),
            ReduceBy.FIRST,
            List.of(SCRIPT),
            new PredictInput(0, true, 4, 1, 2, 3, 16, true),
            new TimingPlan(Timing.ALONE, 4),
            null);
    assertThat(roundTrip(serializer, sent)).isEqualTo(sent);
  }

  @ParameterizedTest
  @MethodSource("serializers")
  void theSqlFunction(Serializer serializer) {
    LlavaFunction sent = new LlavaFunction(SETTINGS, 16, List.of(SCRIPT), Set.of("/clip"));
    assertThat(roundTrip(serializer, sent)).usingRecursiveComparison().isEqualTo(sent);
  }

  @ParameterizedTest
  @MethodSource("serializers")
  void thePredictorItself(Serializer serializer) {
    LlavaPredictor sent = new LlavaPredictor().setModelUrl("/models/llava").setDevice("cpu");
    assertThat(LlavaPredictorTest.values(roundTrip(serializer, sent)))
        .isEqualTo(LlavaPredictorTest.values(sent));
  }

  @SuppressWarnings("unchecked")
  private static <T> T roundTrip(Serializer serializer, T value) {
    SerializerInstance instance = serializer.newInstance();
    ClassTag<T> tag = ClassTag$.MODULE$.apply((Class<T>) value.getClass());
    ByteBuffer bytes = instance.serialize(value, tag);
    return instance.deserialize(bytes, tag);
  }
}
