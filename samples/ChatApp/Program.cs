using System.Text;
using LLama;
using LLama.Common;
using LLama.Native;
using LLama.Sampling;

// Answers one question with the model that ChatModel's build made:
//   dotnet run --project samples/ChatApp -- "Tom has 12 eggs. Tom buys 5 more. He finds 4 eggs. How many eggs does Tom have now?"
if (args is not [var question])
{
    Console.Error.WriteLine("usage: ChatApp QUESTION");
    return 2;
}

// llama.cpp tells much about loading; here only the answer counts.
NativeLogConfig.llama_log_set((LLamaLogLevel _, string _) => { });

var model = Path.Combine(AppContext.BaseDirectory, "models", "ChatModel.q8_0.gguf");
var parameters = new ModelParams(model) { ContextSize = 512 };
using var weights = LLamaWeights.LoadFromFile(parameters);

// The chat template travels in the file.
var chat = new LLamaTemplate(weights) { AddAssistant = true };
chat.Add("user", question);
var prompt = Encoding.UTF8.GetString(chat.Apply());

var executor = new StatelessExecutor(weights, parameters);
var settings = new InferenceParams { MaxTokens = 112, SamplingPipeline = new GreedySamplingPipeline() };
await foreach (var text in executor.InferAsync(prompt, settings))
    Console.Write(text);
Console.WriteLine();
return 0;
