package io.prumerge.reduction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFieldsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max_soft_tokens=280 | {\"mm_processor_kwargs\":{\"max_soft_tokens\":280}} | {}",
        "do_pan_and_scan=true | {\"mm_processor_kwargs\":{\"do_pan_and_scan\":true}} | {}",
        "downsample_mode=4x | {\"mm_processor_kwargs\":{\"downsample_mode\":\"4x\"}} | {}",
        "detail=low | {} | {\"detail\":\"low\"}",
        "image_url.max_dynamic_patch=6 | {} | {\"max_dynamic_patch\":6}",
        "mm_processor_kwargs.size.longest_edge=512 |"
            + " {\"mm_processor_kwargs\":{\"size\":{\"longest_edge\":512}}} | {}",
        "images_config.scale=0.5 | {\"images_config\":{\"scale\":0.5}} | {}",
        "images_config.scale=-1 | {\"images_config\":{\"scale\":-1}} | {}",
        "images_config.mode=007 | {\"images_config\":{\"mode\":\"007\"}} | {}",
        "top=12345678901234567890 | {\"top\":\"12345678901234567890\"} | {}"
      })
  void fieldsStandWhereServersReadThem(String spec, String body, String picture) {
    RequestFields fields = fields(spec);
    assertThat(fields.ofBody()).hasToString(body);
    assertThat(fields.ofPicture()).hasToString(picture);
  }

  @Test
  void fieldsOfOneObjectStandTogether() {
    RequestFields fields =
        RequestFields.of(Map.of("min_pixels", "4", "max_pixels", "9", "detail", "high"));
    assertThat(fields.ofBody())
        .hasToString("{\"mm_processor_kwargs\":{\"max_pixels\":9,\"min_pixels\":4}}");
    assertThat(fields.settings())
        .isEqualTo(Map.of("min_pixels", "4", "max_pixels", "9", "detail", "high"));
  }

  @Test
  void aFieldHasOneSpelling() {
    assertThat(fields("mm_processor_kwargs.max_soft_tokens=70"))
        .isEqualTo(fields("max_soft_tokens=70"));
    assertThat(fields("image_url.detail=low")).isEqualTo(fields("detail=low"));
    assertThat(fields("image_url.max_pixels=9").values()).containsOnlyKeys("image_url.max_pixels");
    assertThat(MethodSpec.parse("request:mm_processor_kwargs.max_soft_tokens=70"))
        .hasToString("request:max_soft_tokens=70");
    assertThat(MethodSpec.parse("request:tokens=70")).hasToString("request:tokens=70");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model=other",
        "messages=none",
        "stream=true",
        "max_tokens=9",
        "temperature=1",
        "image_url=9",
        "image_url.url=http://elsewhere",
        "tools.name=x"
      })
  void fieldsOfTheClientAreRefused(String spec) {
    assertThatThrownBy(() -> fields(spec))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("is set by this client, and can't be a budget");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "api_key=x",
        "headers.Authorization=x",
        "my_password=x",
        "note=sk-abc",
        "note=Bearer abc",
        "note=hf_abc",
        "note=0123456789abcdef0123456789abcdef"
      })
  void whatLooksLikeAKeyIsRefusedAndNotShown(String spec) {
    assertThatThrownBy(() -> fields(spec))
        .hasMessageContaining("looks like a key")
        .message()
        .doesNotContain(spec.substring(spec.indexOf('=') + 1) + " ");
  }

  @Test
  void otherMistakesAreNamed() {
    assertThatThrownBy(() -> fields("extra_body.max_soft_tokens=9"))
        .hasMessageContaining("leave extra_body out");
    assertThatThrownBy(() -> fields("a b=9")).hasMessageContaining("is no field");
    assertThatThrownBy(() -> fields("a.b.c.d.e.f.g=9")).hasMessageContaining("six at most");
    assertThatThrownBy(() -> RequestFields.of(Map.of("a", "1", "a.b", "2")))
        .hasMessage("'a' is a value and has fields of its own; leave one of them out");
    assertThatThrownBy(() -> RequestFields.of(Map.of("detail", "low", "image_url.detail", "high")))
        .hasMessageContaining("is given twice");
    assertThatThrownBy(() -> MethodSpec.parse("request"))
        .hasMessageContaining("request:max_soft_tokens=280");
    assertThatThrownBy(() -> MethodSpec.parse("request:model=x"))
        .hasMessageContaining("'model' is set by this client");
  }

  @Test
  void anErrorThatNamesAFieldOrItsObjectIsAboutThem() {
    RequestFields fields = fields("max_soft_tokens=400");
    assertThat(fields.areNamedIn("Unexpected fields: ['mm_processor_kwargs']")).isTrue();
    assertThat(fields.areNamedIn("Unsupported max_soft_tokens value: 400")).isTrue();
    assertThat(fields.areNamedIn("temperature is not supported")).isFalse();
    assertThat(RequestFields.NONE.areNamedIn("anything")).isFalse();
  }

  @Test
  void aCheckpointIsNotAskedUnderIt() {
    TokenReducer method = TokenReducers.of(MethodSpec.parse("request:detail=low"));
    assertThat(method.isSent()).isTrue();
    assertThat(method.request()).contains(fields("detail=low"));
    assertThatThrownBy(() -> method.tokens(null))
        .isInstanceOf(ReductionException.class)
        .hasMessageContaining("only a server reads such fields");
    assertThatThrownBy(() -> method.reduce(null)).isInstanceOf(ReductionException.class);
    assertThat(TokenReducers.of(MethodSpec.parse("prumerge")).isSent()).isFalse();
    assertThat(TokenReducers.of(MethodSpec.NONE).isSent()).isTrue();
    assertThat(TokenReducers.of(MethodSpec.parse("resize:tokens=9")).isSent()).isFalse();
    assertThat(TokenReducers.of(MethodSpec.parse("resize:pixels=9")).isSent()).isTrue();
    assertThat(TokenReducers.of(MethodSpec.parse("resize:longest=9")).isSent()).isTrue();
  }

  private static RequestFields fields(String spec) {
    return RequestFields.of(MethodSpec.read("request:" + spec).parameters());
  }
}
