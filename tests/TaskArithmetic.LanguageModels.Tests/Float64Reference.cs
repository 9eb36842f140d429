using System.Text.Json.Nodes;

namespace TaskArithmetic.LanguageModels.Tests;

/// <summary>
/// Gemma 3 and Phi-3 from their published definitions, in float64 by plain loops, sharing nothing with the engine: it
/// reads config.json itself and recomputes the whole sequence for every token.
/// </summary>
/// <param name="config">config.json, in either spelling.</param>
/// <param name="weights">The stored weights, by name.</param>
/// <param name="mistake">One thing to do wrong, to see that it matters.</param>
internal sealed class Float64Reference(JsonObject config, IReadOnlyDictionary<string, double[]> weights, string? mistake = null)
{
    private readonly bool gemma = (string)config["model_type"]! == "gemma3_text";
    private readonly int hidden = (int)config["hidden_size"]!;
    private readonly int heads = (int)config["num_attention_heads"]!;

    private int KeyHeads => (int?)config["num_key_value_heads"] ?? (gemma ? 4 : heads);

    private int Head => (int?)config["head_dim"] ?? (gemma ? 256 : hidden / heads);

    private double Epsilon => (double?)config["rms_norm_eps"] ?? (gemma ? 1e-6 : 1e-5);

    private bool Tied => (bool?)config["tie_word_embeddings"] ?? gemma;

    private double[] W(string name) => weights[name];

    /// <summary>The logits that follow each position.</summary>
    public double[][] Logits(IReadOnlyList<int> ids)
    {
        var embedding = W("model.embed_tokens.weight");
        var scale = gemma && mistake != "embedding scale" ? Math.Sqrt(hidden) : 1;
        var states = ids.Select(id => embedding[(id * hidden)..((id + 1) * hidden)].Select(value => value * scale).ToArray()).ToArray();
        for (var layer = 0; layer < (int)config["num_hidden_layers"]!; layer++)
            Layer(states, layer);
        var head = Tied ? embedding : W("lm_head.weight");
        var cap = mistake == "softcap" ? null : (double?)config["final_logit_softcapping"];
        return [.. states.Select(state => Product(head, Norm(state, "model.norm.weight")).Select(x => cap is { } c ? c * Math.Tanh(x / c) : x).ToArray())];
    }

    /// <summary>The most probable continuation, and the smallest distance between the two best logits on the way.</summary>
    public (int[] Ids, double Margin) Greedy(IReadOnlyList<int> prompt, int count)
    {
        var ids = prompt.ToList();
        var margin = double.PositiveInfinity;
        for (var i = 0; i < count; i++)
        {
            var last = Logits(ids)[^1];
            var best = last.Order().TakeLast(2).ToArray();
            margin = Math.Min(margin, best[1] - best[0]);
            ids.Add(Array.IndexOf(last, best[1]));
        }
        return ([.. ids.Skip(prompt.Count)], margin);
    }

    /// <summary>Log-probabilities of a continuation's tokens.</summary>
    public double[] LogProbabilities(int[] context, int[] continuation)
    {
        var logits = Logits([.. context, .. continuation[..^1]]);
        return [.. continuation.Select((token, i) =>
        {
            var row = logits[context.Length - 1 + i];
            return row[token] - Math.Log(row.Sum(Math.Exp));
        })];
    }

    private void Layer(double[][] states, int layer)
    {
        var prefix = $"model.layers.{layer}.";
        var attended = Attention([.. states.Select(state => Norm(state, prefix + "input_layernorm.weight"))], layer);
        for (var i = 0; i < states.Length; i++)
        {
            var added = gemma && mistake != "output norms" ? Norm(attended[i], prefix + "post_attention_layernorm.weight") : attended[i];
            states[i] = Sum(states[i], added);
            var inner = FeedForward(Norm(states[i], prefix + (gemma ? "pre_feedforward_layernorm.weight" : "post_attention_layernorm.weight")), prefix + "mlp.");
            states[i] = Sum(states[i], gemma && mistake != "output norms" ? Norm(inner, prefix + "post_feedforward_layernorm.weight") : inner);
        }
    }

    private double[][] Attention(double[][] inputs, int layer)
    {
        var prefix = $"model.layers.{layer}.self_attn.";
        var (queries, keys, values) = (new double[inputs.Length][][], new double[inputs.Length][][], new double[inputs.Length][][]);
        for (var i = 0; i < inputs.Length; i++)
        {
            (queries[i], keys[i], values[i]) = Projections(inputs[i], prefix);
            foreach (var vector in queries[i].Concat(keys[i]))
                Rotate(vector, i, inputs.Length, layer);
        }
        var scale = 1 / Math.Sqrt(gemma && mistake != "query scalar" ? (double?)config["query_pre_attn_scalar"] ?? 256 : Head);
        var window = Window(layer) ?? int.MaxValue;
        return [.. inputs.Select((_, i) => Linear(prefix + "o_proj", [.. Enumerable.Range(0, heads).SelectMany(head =>
        {
            var source = head / (heads / KeyHeads);
            var first = (int)Math.Max(0, (long)i - window + 1);
            var scores = Enumerable.Range(first, i + 1 - first).Select(j => Dot(queries[i][head], keys[j][source]) * scale).ToArray();
            var highest = scores.Max();
            var shares = scores.Select(score => Math.Exp(score - highest)).ToArray();
            return Enumerable.Range(0, Head).Select(d => shares.Select((share, j) => share * values[first + j][source][d]).Sum() / shares.Sum());
        })]))];
    }

    private (double[][] Queries, double[][] Keys, double[][] Values) Projections(double[] input, string prefix)
    {
        if (!gemma)
        {
            var all = Product(W(prefix + "qkv_proj.weight"), input).Chunk(Head).ToArray();
            return (all[..heads], all[heads..(heads + KeyHeads)], all[(heads + KeyHeads)..]);
        }
        double[][] Normed(string name) => [.. Linear(prefix + name + "_proj", input).Chunk(Head).Select(head => mistake == "head norms" ? head : Norm(head, prefix + name + "_norm.weight"))];
        return (Normed("q"), Normed("k"), [.. Linear(prefix + "v_proj", input).Chunk(Head)]);
    }

    private double[] FeedForward(double[] input, string prefix)
    {
        var inner = (int)config["intermediate_size"]!;
        var both = gemma
            ? [.. Product(W(prefix + "gate_proj.weight"), input), .. Product(W(prefix + "up_proj.weight"), input)]
            : Product(W(prefix + "gate_up_proj.weight"), input);
        double Activated(double x) => gemma && mistake != "activation"
            ? 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))
            : x / (1 + Math.Exp(-x));
        return Product(W(prefix + "down_proj.weight"), [.. Enumerable.Range(0, inner).Select(i => Activated(both[i]) * both[inner + i])]);
    }

    private bool Slides(int layer)
    {
        if (config["layer_types"] is JsonArray types)
            return (string)types[layer]! == "sliding_attention";
        return (layer + 1) % ((int?)config["sliding_window_pattern"] ?? 6) != 0;
    }

    private int? Window(int layer)
    {
        if (mistake == "window")
            return null;
        return !gemma ? (int?)config["sliding_window"] : Slides(layer) ? (int?)config["sliding_window"] ?? 4096 : null;
    }

    /// <summary>Rotates pairs (i, i + half) of the first part of a head by position·frequency.</summary>
    private void Rotate(double[] vector, int position, int length, int layer)
    {
        var set = RopeSet(layer);
        var partial = mistake == "partial rotation" ? 1 : (double?)set["partial_rotary_factor"] ?? (double?)config["partial_rotary_factor"] ?? 1;
        var rotated = (int)(Head * partial);
        var (divisors, magnitude) = Divisors(set, length, rotated / 2);
        for (var i = 0; i < rotated / 2; i++)
        {
            var angle = position / (Math.Pow((double)set["rope_theta"]!, 2.0 * i / rotated) * divisors[i]);
            var (sin, cos) = (Math.Sin(angle) * magnitude, Math.Cos(angle) * magnitude);
            var (a, b) = (vector[i], vector[i + rotated / 2]);
            (vector[i], vector[i + rotated / 2]) = (a * cos - b * sin, b * cos + a * sin);
        }
    }

    /// <summary>The rope parameters of a layer in the new spelling.</summary>
    private JsonObject RopeSet(int layer)
    {
        var slides = gemma && Slides(layer) && mistake != "local rotation";
        if (config["rope_parameters"] is JsonObject parameters)
            return (JsonObject)(gemma ? parameters[slides ? "sliding_attention" : "full_attention"]! : parameters);
        var set = slides ? [] : (JsonObject?)config["rope_scaling"]?.DeepClone() ?? [];
        set["rope_theta"] = slides ? (double?)config["rope_local_base_freq"] ?? 10_000 : (double?)config["rope_theta"] ?? (gemma ? 1_000_000 : 10_000);
        return set;
    }

    private (double[] Divisors, double Magnitude) Divisors(JsonObject set, int length, int count)
    {
        var type = (string?)set["rope_type"] ?? (string?)set["type"] ?? "default";
        if (type == "default" || mistake == "rope scaling")
            return ([.. Enumerable.Repeat(1.0, count)], 1);
        if (type == "linear")
            return ([.. Enumerable.Repeat((double)set["factor"]!, count)], 1);
        var original = (int?)config["original_max_position_embeddings"] ?? 4096;
        var factor = (double?)set["factor"] ?? ((double?)config["max_position_embeddings"] ?? 4096) / original;
        var magnitude = (double?)set["attention_factor"] ?? (factor <= 1 ? 1 : Math.Sqrt(1 + Math.Log(factor) / Math.Log(original)));
        var isLong = length > original && mistake != "long factors";
        double[] divisors = [.. ((JsonArray)set[isLong ? "long_factor" : "short_factor"]!).Select(value => (double)value!)];
        return (mistake == "partial rotation" ? [.. divisors, .. Enumerable.Repeat(1.0, count - divisors.Length)] : divisors, mistake == "attention factor" ? 1 : magnitude);
    }

    private double[] Norm(double[] input, string name)
    {
        var rms = Math.Sqrt(input.Sum(x => x * x) / input.Length + Epsilon);
        var weight = W(name);
        return [.. input.Select((x, i) => x / rms * (gemma && mistake != "one plus weight" ? 1 + weight[i] : weight[i]))];
    }

    private double[] Linear(string name, double[] input) =>
        weights.TryGetValue(name + ".bias", out var bias) ? Sum(Product(W(name + ".weight"), input), bias) : Product(W(name + ".weight"), input);

    private static double[] Product(double[] matrix, double[] input)
    {
        var output = new double[matrix.Length / input.Length];
        for (var row = 0; row < output.Length; row++)
        {
            for (var i = 0; i < input.Length; i++)
                output[row] += matrix[row * input.Length + i] * input[i];
        }
        return output;
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
