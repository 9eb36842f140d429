using System.Collections.Frozen;

namespace TaskArithmetic.Recipes;

/// <summary>The chat templates that a recipe can name, as Jinja that renders alike whatever the renderer does with blanks around blocks.</summary>
internal static class ChatTemplates
{
    /// <summary>Stands for the template that most of the models have.</summary>
    public const string Auto = "auto";

    private const string ChatMl =
        """
        {%- for message in messages -%}
        {{ '<|im_start|>' ~ message['role'] ~ '\n' ~ message['content'] ~ '<|im_end|>\n' }}
        {%- endfor -%}
        {%- if add_generation_prompt -%}
        {{ '<|im_start|>assistant\n' }}
        {%- endif -%}
        """;

    private const string Alpaca =
        """
        {%- for message in messages -%}
        {%- if message['role'] == 'system' -%}
        {{ message['content'] ~ '\n\n' }}
        {%- elif message['role'] == 'user' -%}
        {{ '### Instruction:\n' ~ message['content'] ~ '\n\n' }}
        {%- elif message['role'] == 'assistant' -%}
        {{ '### Response:\n' ~ message['content'] ~ '\n\n' }}
        {%- endif -%}
        {%- endfor -%}
        {%- if add_generation_prompt -%}
        {{ '### Response:\n' }}
        {%- endif -%}
        """;

    private const string Llama3 =
        """
        {{- bos_token -}}
        {%- for message in messages -%}
        {{ '<|start_header_id|>' ~ message['role'] ~ '<|end_header_id|>\n\n' ~ (message['content'] | trim) ~ '<|eot_id|>' }}
        {%- endfor -%}
        {%- if add_generation_prompt -%}
        {{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}
        {%- endif -%}
        """;

    private const string Mistral =
        """
        {{- bos_token -}}
        {%- for message in messages -%}
        {%- if message['role'] == 'user' -%}
        {{ '[INST] ' ~ message['content'] ~ ' [/INST]' }}
        {%- elif message['role'] == 'assistant' -%}
        {{ message['content'] ~ eos_token }}
        {%- else -%}
        {{ raise_exception('Mistral knows the roles user and assistant only') }}
        {%- endif -%}
        {%- endfor -%}
        """;

    private const string Exaone =
        """
        {%- if messages[0]['role'] != 'system' -%}
        {{ '[|system|][|endofturn|]\n' }}
        {%- endif -%}
        {%- for message in messages -%}
        {{ '[|' ~ message['role'] ~ '|]' ~ message['content'] ~ ('\n' if message['role'] == 'user' else '[|endofturn|]\n') }}
        {%- endfor -%}
        {%- if add_generation_prompt -%}
        {{ '[|assistant|]' }}
        {%- endif -%}
        """;

    private static readonly FrozenDictionary<string, string> ByName = new Dictionary<string, string>
    {
        ["alpaca"] = Alpaca,
        ["chatml"] = ChatMl,
        ["exaone"] = Exaone,
        ["llama3"] = Llama3,
        ["mistral"] = Mistral,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Whether a text is a template itself.</summary>
    public static bool IsSource(string text) => text.Contains("{{", StringComparison.Ordinal) || text.Contains("{%", StringComparison.Ordinal);

    /// <summary>The template of a name; null where there is none.</summary>
    public static string? TryFind(string name) => ByName.GetValueOrDefault(name)?.ReplaceLineEndings("\n");
}
