package io.prumerge.estimate;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.architecture.QFormer;
import io.prumerge.architecture.WeightBlock;
import io.prumerge.cost.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * The operators of a Q-Former over a batch of images, each with some questions.
 *
 * @param kernels in the precision of the parts beside the language model
 * @param queries its dimensions
 * @param images in the batch
 * @param features rows of the tower for each image
 * @param questions about each image that it runs for, at least 1
 * @param words of each question that it reads
 */
record QueryArithmetic(
    Kernels kernels, QFormer queries, long images, long features, long questions, long words) {

  List<Operator> operators() {
    List<Operator> operators = new ArrayList<>();
    long looks = queries.looking().count();
    for (Matrix matrix : Matrix.of(queries.look(0))) {
      long rows = sees(matrix) ? product(images, features) : asking();
      operators.add(kernels.linear(matrix, looks, rows));
    }
    operators.addAll(attention(looks, product(questions, queries.queries()), features, images));
    operators.addAll(behind(looks, asking()));
    long rows = sum(asking(), read());
    operators.addAll(linear(queries.attention(0), queries.layers(), rows));
    long row = queries.queries() + words;
    operators.addAll(attention(queries.layers(), row, row, product(images, questions)));
    operators.addAll(behind(queries.layers(), rows));
    operators.addAll(mlp(queries.layers(), asking()));
    if (words > 0 && queries.layers() > 1) {
      operators.addAll(mlp(queries.layers() - 1L, read())); // the last layer's words lead nowhere
    }
    operators.addAll(linear(queries.ends(), 1, asking()));
    return operators;
  }

  private long asking() {
    return product(images, questions, queries.queries());
  }

  private long read() {
    return product(images, questions, words);
  }

  private static boolean sees(Matrix matrix) {
    return matrix.name().equals("key") || matrix.name().equals("value");
  }

  private List<Operator> linear(WeightBlock block, long times, long rows) {
    return Matrix.of(block).stream().map(matrix -> kernels.linear(matrix, times, rows)).toList();
  }

  private List<Operator> attention(long times, long asking, long seen, long sequences) {
    long head = queries.hidden() / queries.heads();
    return kernels.attention(
        times, new Kernels.Span(sequences, queries.heads(), queries.heads(), head, asking, seen));
  }

  private List<Operator> behind(long times, long rows) {
    long width = product(rows, queries.hidden());
    return List.of(
        kernels.add("query_add", times, width), kernels.norm("query_norm", times, width));
  }

  private List<Operator> mlp(long times, long rows) {
    List<Operator> operators = new ArrayList<>(linear(queries.queryMlp(0), times, rows));
    operators.add(kernels.activation(times, product(rows, queries.mlp()), 1));
    operators.addAll(behind(times, rows));
    return operators;
  }
}
