package io.prumerge.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.engine.Question;
import io.prumerge.image.Visual;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class EndpointBudgetTest {

  private static final List<Question> QUESTION = List.of(new Question("Is it red?", 16));

  private static List<Visual> picture(int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < width; x++) {
      for (int y = 0; y < height; y++) {
        image.setRGB(x, y, x < width / 2 ? 0xff0000 : 0x0000ff);
      }
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(image, "png", file);
    return Visual.pictures(List.of(file.toByteArray()));
  }

  private static VisionEndpoint endpoint(StubServer server) {
    return new VisionEndpoint(
        Endpoint.parse("openai:" + server.url() + "#a/model"),
        VideoAs.PICTURES,
        ApiKey.of("secret"),
        Patience.MODEL.withFirstPause(Duration.ofMillis(1)));
  }

  private static TokenReducer method(String spec) {
    return TokenReducers.of(MethodSpec.parse(spec));
  }

  @Test
  void fieldsStandInTheBodyAndInEachPicture() throws IOException {
    try (StubServer server = new StubServer(StubServer.says("yes"))) {
      VisionEndpoint endpoint = endpoint(server);
      List<Visual> two = List.of(picture(4, 4).get(0), picture(5, 5).get(0));
      endpoint.answers(two, QUESTION, method("request:max_soft_tokens=70,detail=low"));
      endpoint.answers(two, QUESTION, method("none"));

      JsonNode body = server.asked.get(0);
      assertThat(body.at("/mm_processor_kwargs/max_soft_tokens").intValue()).isEqualTo(70);
      for (int i = 0; i < 2; i++) {
        JsonNode part = body.at("/messages/0/content/" + i + "/image_url");
        assertThat(part.get("detail").textValue()).isEqualTo("low");
        assertThat(part.get("url").textValue()).startsWith("data:image/png;base64,");
      }
      assertThat(server.asked.get(1).has("mm_processor_kwargs")).isFalse();
      assertThat(server.asked.get(1).at("/messages/0/content/0/image_url").size()).isEqualTo(1);
    }
  }

  @Test
  void aStreamIsAskedWithThemToo() throws IOException {
    try (StubServer server = new StubServer(StubServer.says("yes"))) {
      VisionEndpoint endpoint = endpoint(server);
      endpoint.stream(
              endpoint.prepared(
                  picture(4, 4), QUESTION.get(0), method("request:max_soft_tokens=70")))
          .join();
      assertThat(server.asked.get(0).at("/mm_processor_kwargs/max_soft_tokens").intValue())
          .isEqualTo(70);
    }
  }

  /** An error that repeats the whole request says nothing against its other fields. */
  @Test
  void aRefusedBudgetIsAnErrorOfItsRowsAndNothingElseIsGivenUp() throws IOException {
    String echo =
        "{\"error\": {\"message\": \"Unsupported max_soft_tokens: 400 in {temperature: 0.0,"
            + " max_tokens: 16}\"}}";
    try (StubServer server =
        new StubServer(StubServer.status(400, echo, Map.of()), StubServer.says("yes"))) {
      VisionEndpoint endpoint = endpoint(server);
      EndpointAnswer refused =
          endpoint.answers(picture(4, 4), QUESTION, method("request:max_soft_tokens=400")).get(0);
      EndpointAnswer other = endpoint.answers(picture(4, 4), QUESTION, method("none")).get(0);

      assertThat(refused.error().orElseThrow())
          .startsWith("endpoint_failed: ")
          .contains("refused: status 400", "Unsupported max_soft_tokens: 400");
      assertThat(refused.tries()).isEqualTo(1);
      assertThat(other.text()).isEqualTo("yes");
      assertThat(server.asked).hasSize(2);
      assertThat(server.asked.get(1).has("temperature")).isTrue();
      assertThat(server.asked.get(1).has("max_tokens")).isTrue();
    }
  }

  @Test
  void aSmallerCopyIsSentAndAPictureWithinTheLimitAsItIs() throws IOException {
    try (StubServer server = new StubServer(StubServer.says("yes"))) {
      VisionEndpoint endpoint = endpoint(server);
      List<Visual> picture = picture(40, 20);
      endpoint.answers(picture, QUESTION, method("resize:pixels=200"));
      endpoint.answers(picture, QUESTION, method("resize:longest=10"));
      endpoint.answers(picture, QUESTION, method("resize:pixels=800"));
      endpoint.answers(picture, QUESTION, method("none"));

      BufferedImage copy = sent(server, 0);
      assertThat(new int[] {copy.getWidth(), copy.getHeight()}).containsExactly(20, 10);
      assertThat(copy.getRGB(1, 1)).isEqualTo(0xffff0000);
      assertThat(copy.getRGB(18, 8)).isEqualTo(0xff0000ff);
      assertThat(new int[] {sent(server, 1).getWidth(), sent(server, 1).getHeight()})
          .containsExactly(10, 5);
      assertThat(uri(server, 2)).isEqualTo(uri(server, 3));
      assertThat(Base64.getDecoder().decode(uri(server, 3).split(",")[1]))
          .isEqualTo(picture.get(0).files().get(0));
    }
  }

  @Test
  void aFileThatIsNoPictureIsNotSent() throws IOException {
    try (StubServer server = new StubServer(StubServer.says("yes"))) {
      List<Visual> broken = Visual.pictures(List.of(new byte[] {1, 2, 3}));
      EndpointAnswer answer =
          endpoint(server).answers(broken, QUESTION, method("resize:pixels=9")).get(0);
      assertThat(answer.error().orElseThrow()).startsWith("image_");
      assertThat(server.asked).isEmpty();
    }
  }

  private static String uri(StubServer server, int request) {
    return server.asked.get(request).at("/messages/0/content/0/image_url/url").textValue();
  }

  private static BufferedImage sent(StubServer server, int request) throws IOException {
    byte[] file = Base64.getDecoder().decode(uri(server, request).split(",")[1]);
    return ImageIO.read(new ByteArrayInputStream(file));
  }
}
