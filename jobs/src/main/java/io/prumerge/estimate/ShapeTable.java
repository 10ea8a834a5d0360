package io.prumerge.estimate;

import com.fasterxml.jackson.core.type.TypeReference;
import io.prumerge.cost.ModelShape;
import io.prumerge.store.Yaml;
import io.prumerge.template.Templates;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Model shapes by name. */
public final class ShapeTable {

  /** The table as it is in the file. */
  private record Form(
      Map<String, ModelShape.Vision> towers,
      Map<String, Decoder> decoders,
      LinkedHashMap<String, Entry> shapes) {}

  /** A Llama decoder as it is in the file: no biases, a head of its own. */
  private record Decoder(
      int width, int mlp, int layers, int heads, int kvHeads, int headDim, int vocabulary) {

    ModelShape.Text shape() {
      return new ModelShape.Text(
          width, mlp, layers, heads, kvHeads, headDim, vocabulary, false, false, false);
    }
  }

  /** A shape as it is in the file. */
  private record Entry(String tower, String decoder, int views) {}

  private final Map<String, NamedShape> shapes = new LinkedHashMap<>();

  private ShapeTable(Form form) {
    form.shapes()
        .forEach(
            (name, entry) ->
                shapes.put(
                    name,
                    new NamedShape(
                        name,
                        new ModelShape(
                            form.towers().get(entry.tower()),
                            form.decoders().get(entry.decoder()).shape(),
                            true), // every LLaVA projector has biases
                        entry.views())));
  }

  /** LLaVA-1.5, LLaVA-1.6 and this repository's miniature. */
  public static ShapeTable bundled() {
    return new ShapeTable(
        Yaml.parse(
            Templates.resource(ShapeTable.class, "shapes.yaml"),
            new TypeReference<Form>() {},
            "shapes.yaml"));
  }

  /** Every name, in the order of the file. */
  public List<String> names() {
    return List.copyOf(shapes.keySet());
  }

  /** The shape of this name. */
  public NamedShape named(String name) {
    NamedShape shape = shapes.get(name);
    if (shape == null) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "Unknown shape '%s'; known: %s", name, String.join(", ", names())));
    }
    return shape;
  }
}
