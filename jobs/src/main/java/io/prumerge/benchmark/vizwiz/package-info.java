/** VizWiz-VQA. */
package io.prumerge.benchmark.vizwiz;
