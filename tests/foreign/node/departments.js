'use strict';
// Departments as node-soap serves them. The WSDLs are in the folder CONTRACTS; what a request wishes for decides how it ends.
// Started with a port of its own choosing, which it prints.

const fs = require('fs');
const http = require('http');
const path = require('path');
const soap = require('soap');

const later = (work) => new Promise((done, failed) => setImmediate(() => { try { done(work()); } catch (error) { failed(error); } }));

/** How a call ends that is not answered. */
function ending(wish) {
  switch (wish) {
    case 'fault of the server':
      throw { Fault: { Code: { Value: 'soap:Receiver' }, Reason: { Text: '数据库 is away' }, statusCode: 500 } };
    case 'fault of the client':
      throw { Fault: { Code: { Value: 'soap:Sender', Subcode: { Value: 'rpc:BadArguments' } }, Reason: { Text: 'the request is wrong' }, statusCode: 400 } };
    case 'fault in 200':
      throw { Fault: { faultcode: 'soap:Server', faultstring: 'no status was given' } };
    case 'old fault of the client':
      throw { Fault: { faultcode: 'soap:Client', faultstring: 'the request is wrong', statusCode: 500 } };
    case 'refusal':
      throw { Fault: { faultcode: 'soap:Server', faultstring: '材料不齐', detail: { refused: { code: 'E7', reason: '缺少身份证明' } }, statusCode: 500 } };
    case 'new refusal':
      throw { Fault: { Code: { Value: 'soap:Receiver' }, Reason: { Text: '材料不齐' }, Detail: { refused: { code: 'E7', reason: '缺少身份证明' } }, statusCode: 500 } };
    case 'busy':
      throw { Fault: { Code: { Value: 'soap:Receiver' }, Reason: { Text: 'come back later' }, statusCode: 503 } };
    case 'security fault':
      throw { Fault: { Code: { Value: 'soap:Sender', Subcode: { Value: 'wsse:FailedAuthentication' } }, Reason: { Text: 'no' }, statusCode: 500 } };
    case 'error':
      throw new Error('测试甲 (500152199001010018) at Registry.save (/srv/registry.js:17)');
    default:
  }
}

/** What was understood, in one line. */
function heard(asked) {
  const who = asked.applicant;
  const titles = (asked.document || []).map((one) => `${one.title} ${one.pages}`);
  const day = (value) => (value ? value.toISOString().slice(0, 10) : null);
  const words = [asked.kind, who.name, who.attributes.idType, day(who.born), who.married, day(who.leftOn), asked.fee.$value, asked.fee.attributes.currency];
  return JSON.stringify([...words, ...titles, asked.filedAt.toISOString(), Buffer.from(asked.scan || '', 'base64').toString('hex')]);
}

function register(asked, headers) {
  ending(asked.wish);
  const answer = {
    number: `居-${asked.applicant.name.length}`,
    state: { accept: 'accepted', refuse: 'refused' }[asked.wish] || 'approved',
    applicant: {
      attributes: { idType: asked.applicant.attributes.idType },
      name: asked.applicant.name, born: asked.applicant.born.toISOString().slice(0, 10), married: asked.applicant.married,
      leftOn: null,
    },
    fee: { attributes: { currency: asked.fee.attributes.currency }, $value: asked.fee.$value },
    document: asked.document || [],
    note: asked.wish === 'repeat' ? heard(asked) : null,
    scan: asked.scan,
    office: headers && headers.caller && headers.caller.office,
  };
  if (asked.wish === 'another order') return { state: answer.state, ...answer };
  if (asked.wish === 'large') answer.scan = 'eHh4'.repeat(1 << 20);
  if (asked.wish === 'not in the contract') answer.fee = { attributes: { currency: 'CNY' }, $value: 'free' };
  return answer;
}

const residence = {
  register(asked, callback, headers) {
    if (asked.wish.startsWith('later: ')) return later(() => register({ ...asked, wish: asked.wish.slice(7) }, headers));
    if (asked.wish === 'error in the callback') return callback(new Error('told to the callback'));
    return register(asked, headers);
  },
};
const companies = {
  enter(asked) {
    ending(asked.company.name);
    return { answer: { number: `${asked.company.name}/${asked.company.capital}`, taken: asked.urgent } };
  },
  count() { return { count: 7 }; },
};

function authenticate(security) {
  const token = security && security.UsernameToken;
  const password = token && token.Password;
  return Boolean(token) && token.Username === 'window' && (password.$value || password) === 's3cret';
}

const read = (name) => fs.readFileSync(path.join(process.env.CONTRACTS, name), 'utf8');
const server = http.createServer((_, reply) => { reply.statusCode = 404; reply.end(); });
server.listen(0, '127.0.0.1', () => {
  const serve = (where, services, wsdl, more) => soap.listen(server, { path: where, services, xml: read(wsdl), ...more });
  serve('/residence11', { ResidenceService: { ResidencePort: residence } }, 'residence11.wsdl').authenticate = authenticate;
  serve('/residence12', { ResidenceService: { ResidencePort: residence } }, 'residence12.wsdl').authenticate = authenticate;
  serve('/residence12only', { ResidenceService: { ResidencePort: residence } }, 'residence12only.wsdl', { forceSoap12Headers: true }).authenticate = authenticate;
  serve('/rpc.php', { CompanyService: { Companies: companies } }, 'rpc_literal.wsdl');
  console.log(`listening on ${server.address().port}`);
});
