export { amocrm } from './amocrm/connector.ts'
