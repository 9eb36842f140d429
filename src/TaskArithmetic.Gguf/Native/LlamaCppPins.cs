using TaskArithmetic.Sources.NativePackages;

namespace TaskArithmetic.Gguf.Native;

/// <summary>The package of llama.cpp's native libraries as it was when this release was tested with it; one package holds all platforms.</summary>
internal static class LlamaCppPins
{
    private const string PackageDigest = "MR7HaL4diwFvKpSSeyzrDa6G90HqwgrsJaE001yno2z9BgMyF1zGzMoAn+2gpo2DIX7TCwNyRFM7o7WgFJDbGQ==";

    /// <summary>
    /// The folder of each platform's build without vector instructions, and its files. A quantizer must give the same bytes on every
    /// machine, and builds for newer processors may round products and sums together.
    /// </summary>
    public static IReadOnlyDictionary<string, (string Folder, NativePackagePin Pin)> Released { get; } = new Dictionary<string, (string, NativePackagePin)>
    {
        ["linux-x64"] = ("LLamaSharpRuntimes/linux-x64/native/noavx", new(PackageDigest, new Dictionary<string, string>
        {
            ["libggml-base.so"] = "a3d680540754a969d6e28c8ffbf3b86f9aedd52b91465be8bc10024827889640",
            ["libggml-cpu.so"] = "4aa775f84c5e3845ee837a9ecf9d014f8d4ccd24d2a8914040bd5da720035fc4",
            ["libggml.so"] = "02ca2c6ed7fad6bbb00da11a5e50223f6af38a9994ee42a6229a579a5c568fcd",
            ["libllama.so"] = "07545601365dae4093e8ffa3e0907d82ffc538590e67e1da33cc373105ff20b2",
            ["libmtmd.so"] = "38ce3ba7bed9ebc70e71bd61c16616b80f008528cfb6ef18b9400753fa23777f",
        })),
        ["linux-musl-x64"] = ("LLamaSharpRuntimes/linux-musl-x64/native/noavx", new(PackageDigest, new Dictionary<string, string>
        {
            ["libggml-base.so"] = "3dce381f6729a87b23116525af43d5b99745f546070d7bd93edd46f1694de5af",
            ["libggml-cpu.so"] = "fce1177892f28382621c7adf4a511885b4deaf34c53d9b52630d7822f8be149b",
            ["libggml.so"] = "cf5b407f0ea85831c8fc0bb93d129b2fed39ddc79925e93a0f77fef91e7b9615",
            ["libllama.so"] = "4956845ee19e0cd68cb7b395aec7cd5371a5be1d771ed31cedef421928b8bb54",
            ["libmtmd.so"] = "eb05dba53df3d51a7b5dc070c259cb2a1d8aca9c6b221be2e2f3a2c95f71104d",
        })),
        ["linux-arm64"] = ("LLamaSharpRuntimes/linux-arm64/native", new(PackageDigest, new Dictionary<string, string>
        {
            ["libggml-base.so"] = "60d77266c11e588ffc70628132f5173fb5b1ec2a4bc6851152524f3a97ba4499",
            ["libggml-cpu.so"] = "e6e2c8b6aa922e9d2cd955cbba588ab4c898b9f88c0ec7639f9c104f80f9da77",
            ["libggml.so"] = "e4cc41818718ff597c13e19ab9fbcb5ec4ee14664155372c02e1cebba2636dae",
            ["libllama.so"] = "0a21b51f37f990e4afd28d13a70a4a91ebda2e75d18920853e9c5c2c9c532ebb",
            ["libmtmd.so"] = "f90fd16fb3f0f69605d6c345f14f0be10f3e1e765fc0cfd06a22a680be787e55",
        })),
        ["win-x64"] = ("LLamaSharpRuntimes/win-x64/native/noavx", new(PackageDigest, new Dictionary<string, string>
        {
            ["ggml-base.dll"] = "0e3dd8c95fcbd5564eef3dbadf29360ffe425af5fb4eaa97d7effc9ee1adc1bb",
            ["ggml-cpu.dll"] = "bae7321b8a695e50858414a5c24c3ec8e1d1101f92ec88a5f2ac4cbb32ba3232",
            ["ggml.dll"] = "1937eb1822cb063367638381f6c48e8032e6ac518d41fce9075e6060bef89daf",
            ["llama.dll"] = "22b2533a8e5dce24adfb0b60c949cf414a428cc0ea960ed4471054d5887def0a",
            ["mtmd.dll"] = "555891d39695fe8b9d0a5343c0bd6e5fe7a7dd2ad7df28c9960174ed911dabfe",
        })),
        ["win-arm64"] = ("LLamaSharpRuntimes/win-arm64/native", new(PackageDigest, new Dictionary<string, string>
        {
            ["ggml-base.dll"] = "6811aca7ad0a51ca602bb63e6c71ca0c51a12381ad99314d7712d6c4bb09695a",
            ["ggml-cpu.dll"] = "d09d5802d3c654a0005b3d61ee73af9f2908c51285534d486612d03a21ac0f08",
            ["ggml.dll"] = "8358242c6d19d8c1ad1a9e20b9b2c70fc0d37ac3c4c63a1f409771e3576b31c8",
            ["llama.dll"] = "db91ad87abfe347d2e7b823feeaec068562822053f887a137ef005a50bb03ba8",
            ["mtmd.dll"] = "10274594b0daecee4cc5a1c946caa315016f5dffa11478b851565ac59bf4d84f",
        })),
        ["osx-x64"] = ("LLamaSharpRuntimes/osx-x64/native", new(PackageDigest, new Dictionary<string, string>
        {
            ["libggml-base.dylib"] = "a603a1c8edc9e8de00e351b0b4c7e04f7b832f44e3a2f54a0c109e9a02993a3b",
            ["libggml-blas.dylib"] = "edc11c28582ba222b0ee99ff1eaafc27cca919a2ff4f27ddb5c556a790691d49",
            ["libggml-cpu.dylib"] = "17ef1cc87c20e39e679cdaa98277371c4aeac18ecb154f73ae1af8a6da0ebb53",
            ["libggml.dylib"] = "6fdc2e058158c33fe6db41ced9202f4daaa03bb53411f3b55b154b511d244ef7",
            ["libllama.dylib"] = "c2dcaff451213572d468dc4bef85e7c09d42e86937bf8da3a98885846441fa51",
            ["libmtmd.dylib"] = "ff7cc3a53f2cd567dc2ed8522e3521a94d0fff18561b4118ae38d2dfa37dc37b",
            ["rosetta2/libggml-base.dylib"] = "3b90cf6c2bbf5f531dcd10477ed437e73ed0fe0a87c4f4941a0b994cc2fd4953",
            ["rosetta2/libggml-blas.dylib"] = "edc11c28582ba222b0ee99ff1eaafc27cca919a2ff4f27ddb5c556a790691d49",
            ["rosetta2/libggml-cpu.dylib"] = "b85c753553c75c72d205ef14f7557a71bb9e69752ae330ad3eb861171caa0706",
            ["rosetta2/libggml.dylib"] = "3356ce780df66e008c647d723eb4d72190fb9de4374273a15432c435b52e0206",
            ["rosetta2/libllama.dylib"] = "3fc45af32199c2ee113fc9a14beb7ca76d2b2a79c6712cb0965dac19d8fb9828",
            ["rosetta2/libmtmd.dylib"] = "406b034f92b48335f5e3cee1da57d95280c8fa5157a89ca6794a7b538388f0e1",
        })),
        ["osx-arm64"] = ("LLamaSharpRuntimes/osx-arm64/native", new(PackageDigest, new Dictionary<string, string>
        {
            ["libggml-base.dylib"] = "76fbfea137efe5068a3d1dbfcd26c21aa1270b56928e0e6549864cccdd0c76b6",
            ["libggml-blas.dylib"] = "c16f1f17c071dd1eb3b6c695b727d0b8ecc1724c6ffdf82aae6cdeeead15eb78",
            ["libggml-cpu.dylib"] = "4f489ec8f25bd862734f283bbdd72945f738645faaa6ff0ba1e9b243f9836cdc",
            ["libggml-metal.dylib"] = "eb0f5ecaa9f2928c16e74293ff245fd5918a8237c58a8ccee516787beae6ca53",
            ["libggml.dylib"] = "a742f2451a45e26736b4a0ca2c0fd17a298a76b4937d0a199e7a5a81fd00b9d4",
            ["libllama.dylib"] = "dc281fce9bb0b3a49b03a2afd08db9543f1c60e0ad4b3bddeeb4ae9d6bcf6dd6",
            ["libmtmd.dylib"] = "9182c7d05d4398da333576044dd188eb17a1b338acf0f88b910001f821554cfe",
        })),
    };
}
