<?php
// Departments as PHP serves them: its own SoapServer and its own web server. The WSDLs are in the folder CONTRACTS; a request's path is
// /<oddity>/<department>. What it wishes for (`wish`, or the company's name, or the deed) decides how it ends.
ini_set('soap.wsdl_cache_enabled', '0');
const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';

/** How a call ends that is not answered. */
function ending(string $wish): void
{
    switch ($wish) {
        case 'fault of the server':
            throw new SoapFault('Server', '数据库 is away');
        case 'fault of the client':
            throw new SoapFault('Client', 'the request is wrong');
        case 'fault with a stack trace':
            throw new SoapFault('Server', "java.lang.NullPointerException\n\tat Registry.save(Registry.java:17)", null, ['trace' => str_repeat('x', 4000)]);
        case 'refusal':
            throw new SoapFault('Server', '材料不齐', null, ['code' => 'E7', 'reason' => '缺少身份证明'], 'refused');
        case 'exception':
            throw new RuntimeException('nobody catches this: 测试甲 500152199001010018');
        case 'error':
            nobody_defined_this();
        case 'exit':
            exit;
        case 'empty 500':
            http_response_code(500);
            exit;
    }
}

class Residence
{
    private string $office = '';

    public function __construct(private SoapServer $server)
    {
    }

    /** The declared header. */
    public function caller(object $header): void
    {
        $this->office = $header->office;
    }

    /** WS-Security, as far as most services in PHP go. */
    public function Security(object $header): void
    {
        $token = $header->UsernameToken;
        $digest = base64_encode(sha1(base64_decode($token->Nonce ?? '') . ($token->Created ?? '') . 's3cret', true));
        if (($token->Username ?? '') !== 'window' || !in_array($token->Password ?? '', ['s3cret', $digest], true)) {
            throw new SoapFault([WSSE, 'FailedAuthentication'], 'The security token could not be authenticated');
        }
    }

    /** What was understood, in one line. */
    private function heard(object $asked, array $documents): string
    {
        $who = $asked->applicant;
        $titles = array_map(fn ($one) => "$one->title $one->pages", $documents);
        $words = [$asked->kind, $who->name, $who->idType, $who->born, $who->married, $who->leftOn, $asked->fee->_, $asked->fee->currency];
        return json_encode([...$words, ...$titles, $asked->filedAt, bin2hex($asked->scan ?? '')], JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
    }

    public function register(object $asked): array
    {
        ending($asked->wish);
        $documents = $asked->document ?? [];
        $answer = [
            'number' => '居-' . md5($asked->applicant->name),
            'state' => ['accept' => 'accepted', 'refuse' => 'refused'][$asked->wish] ?? 'approved',
            'applicant' => $asked->applicant,
            'fee' => $asked->fee,
            'document' => $documents,
            'note' => $asked->wish === 'repeat' ? $this->heard($asked, (array) $documents) : null,
            'office' => $this->office,
        ];
        if (isset($asked->scan)) {
            $answer['scan'] = $asked->scan;
        }
        if ($asked->wish === 'large') {
            $answer['scan'] = str_repeat('x', 3 << 20);
        }
        if ($asked->wish === 'many') {
            $answer['document'] = array_fill(0, 20000, ['title' => '附件', 'pages' => 1]);
        }
        if ($asked->wish === 'undeclared header') {
            $this->server->addSoapHeader(new SoapHeader('urn:example:trace', 'trace', 'abc'));
        }
        return $answer;
    }
}

class Companies
{
    public function enter(object $company, bool $urgent): array
    {
        ending($company->name);
        $branches = (array) ($company->branch ?? []);
        return ['number' => implode('/', [$company->name, $company->capital, $company->founded, implode('+', $branches)]), 'taken' => $urgent];
    }

    public function count(): int
    {
        return 7;
    }
}

class Deeds
{
    public function transfer(string $deed, array $owners, array $names, array $sharers): array
    {
        ending($deed);
        $shares = array_map(fn ($one) => "$one->name $one->share", [...$sharers, ...$owners]);
        $heard = implode(' ', ["证-$deed", implode('+', array_reverse($names)), implode('+', $shares)]);
        return ['certificate' => $heard, 'names' => $names, 'sharers' => $sharers];
    }

    public function owners(string $deed): array
    {
        return $deed === 'none' ? [] : [['name' => '测试甲', 'share' => 0.5], ['name' => '测试戊', 'share' => 0.25]];
    }
}

$served = [
    'residence11' => ['residence11.wsdl', SOAP_1_1, Residence::class],
    'residence12' => ['residence12.wsdl', SOAP_1_2, Residence::class],
    'rpc.php' => ['rpc_literal.wsdl', SOAP_1_1, Companies::class],
    'soap' => ['rpc_encoded.wsdl', SOAP_1_1, Deeds::class],
];

[, $oddity, $path] = explode('/', parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH), 3);
switch ($oddity) {
    case 'bom': // a script saved with a byte order mark
        echo "\xEF\xBB\xBF";
        break;
    case 'blank': // or with lines before its first tag
        echo "\r\n\r\n";
        break;
    case 'talkative': // a development machine's configuration
        ini_set('display_errors', '1');
        break;
    case 'warned':
        ini_set('display_errors', '1');
        echo $nobody_defined_this;
        break;
}
[$wsdl, $version, $class] = $served[$path];
$server = new SoapServer(getenv('CONTRACTS') . '/' . $wsdl, ['soap_version' => $version, 'features' => SOAP_SINGLE_ELEMENT_ARRAYS]);
$server->setObject(new $class($server));
$server->handle();
